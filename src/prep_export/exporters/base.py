"""What an exporter is, and how one is run."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.errors import ExporterError, OutputError, PrepExportError, UsageError
from prep_export.printed import printed
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.bank.model import Bank
    from prep_export.findings.finding import Finding

Options = Mapping[str, str]
"""Values by option name; every declared option is present."""

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""


def no_progress(done: int, total: int) -> None:
    """Reports to nobody."""
    del done, total


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of an exporter: `--option name=value`."""

    name: str
    help: str
    default: str
    choices: tuple[str, ...] = ()


CACHE: Final = Option(
    "cache", "Keep what takes long in your cache folder for the next time", "on", ("on", "off")
)
"""The option of a format that keeps something there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a `write` function tells of its work."""

    counts: Mapping[str, int]
    """What was written, such as {'notes': 42}; shown to people in this order."""
    findings: tuple[Finding, ...] = ()
    """What could not be shown as written: warnings, with their places."""


Write = Callable[["Bank", Options, Path], Any]
"""Writes a bank to a file that may be thought new; returns an Outcome, counts, or None.

A function that has a parameter `progress` is also given a Progress.
"""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its name, the end of its files' names, its options, and one function."""

    name: str
    suffix: str
    """Follows the bank's id: `.apkg` gives `llm.apkg`, `-cheatsheet.pdf` `llm-cheatsheet.pdf`."""
    summary: str
    write: Write
    options: tuple[Option, ...] = ()
    reports_progress: bool = False
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    """What of a bank it does not show, by section, role, field or section.field, and why."""
    as_written: bool = False
    """Its texts are for authors: `smart_quotes` is left as a wish of the header."""
    check: Callable[[Bank], Iterable[Finding]] | None = None
    """What it would not show as written of a valid bank, known without writing it: warnings."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished export."""

    exporter: str
    path: str
    size: int
    """Bytes."""
    sha256: str
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]


_YEAR_1980, _YEAR_2100 = 315_619_200, 4_102_444_800


def build_time() -> int:
    """Seconds since 1970 to stamp into files: SOURCE_DATE_EPOCH if set, else now.

    See https://reproducible-builds.org/specs/source-date-epoch/. Raises UsageError when it is no
    number, or no time that a zip archive and Anki can hold (1980 to 2099).
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        now = int(time.time())
        if not _YEAR_1980 <= now < _YEAR_2100:
            raise UsageError(
                "the clock of this system is not between 1980 and 2099; set it, or give "
                "SOURCE_DATE_EPOCH, seconds since 1970"
            )
        return now
    digits = text.isascii() and text.isdigit()
    if not digits or not _YEAR_1980 <= int(text[:20]) < _YEAR_2100:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is '{text[:40]}'; it must be seconds between 1980 and 2099"
        )
    return int(text)


def resolve_options(exporter: Exporter, given: Options) -> dict[str, str]:
    """Every option with its value. Raises UsageError for an unknown name or value."""
    known = {option.name: option for option in exporter.options}
    for name, value in given.items():
        if name not in known:
            hint = did_you_mean(name, known) or "options: " + (", ".join(known) or "none")
            raise UsageError(f"'{exporter.name}' has no option '{name}'; {hint}")
        choices = known[name].choices
        if choices and value not in choices:
            raise UsageError(f"'{name}' cannot be '{value}'; one of: {', '.join(choices)}")
    return {name: given.get(name, option.default) for name, option in known.items()}


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What says that it is the output that failed, not something that the exporter has read."""


def export(
    bank: Bank,
    exporter: Exporter,
    destination: str | os.PathLike[str],
    options: Options | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Write a bank to a file, whole or not at all: what stood there before stays until the end.

    Raises UsageError for bad options, OutputError when the file cannot be written, and
    ExporterError when the exporter fails.
    """
    from prep_export.exporters.whole_file import replacing

    values = resolve_options(exporter, options or {})
    path = Path(destination)
    with replacing(path) as temporary:
        return write(bank, exporter, values, path, temporary, progress)


def write(
    bank: Bank,
    exporter: Exporter,
    values: Options,
    path: Path,
    temporary: Path,
    progress: Progress = no_progress,
) -> Report:
    """Run an exporter on a temporary path; the report is about the one that it will be moved to.

    Raises as `export` does.
    """
    try:
        extra = {"progress": progress} if exporter.reports_progress else {}
        shown = bank if exporter.as_written else printed(bank)
        outcome = exporter.write(shown, values, temporary, **extra)
    except PrepExportError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise OutputError(f"cannot write '{path}': {error.strerror}") from error
        raise ExporterError(f"exporter '{exporter.name}' failed: {error}") from error
    except MemoryError as error:
        raise ExporterError(f"exporter '{exporter.name}' failed: not enough memory") from error
    except Exception as error:
        raise ExporterError(f"exporter '{exporter.name}' failed: {error!r}") from error
    if not temporary.is_file():
        raise ExporterError(f"exporter '{exporter.name}' wrote no file")
    content = temporary.read_bytes()
    if not isinstance(outcome, Outcome):
        outcome = Outcome(dict(outcome or {}))
    return Report(
        exporter.name,
        str(path),
        len(content),
        sha256(content).hexdigest(),
        dict(outcome.counts),
        tuple(found for found in outcome.findings if found.code not in bank.header.ignore),
    )
