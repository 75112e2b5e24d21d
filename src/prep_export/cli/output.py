"""What the command says: results on stdout, talk on stderr, errors as messages and a status."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

from prep_export.cli.process import at_end
from prep_export.errors import BankError, PrepExportError, TableError, UsageError
from prep_export.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prep_export.exporters.base import Progress
    from prep_export.findings.finding import Finding

FOUND, USAGE = 1, 2


def wants_color(stream: Any) -> bool:
    """Colour only on a terminal, and never where NO_COLOR is set (https://no-color.org)."""
    return (
        bool(stream.isatty())
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


class Talk:
    """The stderr side of a command."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def say(self, text: str) -> None:
        """For people who watch."""
        if not self.quiet:
            typer.echo(printable(text), err=True)

    def detail(self, text: str) -> None:
        """For people who wonder."""
        if self.verbose and not self.quiet:
            typer.echo(printable(text), err=True)

    def findings(self, found: Sequence[Finding]) -> None:
        """Findings with their place; warnings only when not quiet."""
        from prep_export.findings.finding import summary
        from prep_export.findings.forms import render_text

        shown = [d for d in found if d.is_error or not self.quiet]
        if shown:
            typer.echo(render_text(shown, color=wants_color(sys.stderr)) + summary(shown), err=True)

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """A progress bar on a terminal, once the work has taken longer than a second."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _done, _total: None
            return
        bar = _Bar(title)
        try:
            yield bar.update
        finally:
            bar.close()


class _Bar:
    def __init__(self, title: str) -> None:
        self._title = title
        self._start = time.monotonic()
        self._bar: Any = None

    def update(self, done: int, total: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._start < 1:
                return
            self._bar = typer.progressbar(length=total, label=self._title, file=sys.stderr)
            at_end.append(self._bar.render_finish)
        self._bar.length = total
        self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
            at_end.remove(self._bar.render_finish)


@contextmanager
def errors_as_status(talk: Talk, failed: str = "") -> Iterator[None]:
    """The one place where the library's errors become messages and an exit status.

    `failed` says what a bank with errors means for the command.
    """
    try:
        yield
    except BankError as error:
        talk.findings(error.findings)
        if failed:
            typer.echo(failed, err=True)
        raise typer.Exit(FOUND) from None
    except UsageError as error:
        typer.echo(printable(f"error: {error}"), err=True)
        raise typer.Exit(USAGE) from None
    except TableError as error:
        for fault in error.faults:
            typer.echo(printable(f"error: {fault}"), err=True)
        typer.echo(NOTHING_WRITTEN, err=True)
        raise typer.Exit(FOUND) from None
    except PrepExportError as error:
        typer.echo(printable(f"error: {error}"), err=True)
        raise typer.Exit(FOUND) from None


NOTHING_WRITTEN: Final = "nothing was written"


def size(count: int) -> str:
    """A size in bytes, for people."""
    return f"{count / 1024:,.0f} KiB" if count < 1024 * 1024 else f"{count / 1024 / 1024:,.1f} MiB"


_SINGULARS: Final = {"entries": "entry", "criteria": "criterion", "faqs": "faq"}


def counted(counts: Mapping[str, int]) -> str:
    """'3 notes, 1 card'."""
    return ", ".join(
        f"{n:,} {_SINGULARS.get(word, word.removesuffix('s')) if n == 1 else word}"
        for word, n in counts.items()
    )
