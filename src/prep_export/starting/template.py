"""The files of a new repository: those of `files/`, with its blanks filled in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export import __version__
from prep_export.bank.read.schema import json_schema
from prep_export.labels import language_of
from prep_export.project import address

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES: Final = Path(__file__).with_name("files")

_PLACES: Final = {
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "github": ".github",
}
"""Where what stands in `files/` goes; `bank` goes to decks/ID."""

_BLANK: Final = re.compile(r"__([A-Z]+(?:_[A-Z]+)*)__")
_UNTRANSLATED: Final = (
    "ignore: [untranslated]  # the words that cards add are English until `labels` gives yours"
)


def filled(
    *, name: str, title: str, language: str, repository: str | None, within: str = ""
) -> dict[str, bytes]:
    """The content of each file by its path, with '/' between folders.

    `within` is the folder's own path from the top of its repository; empty at the top.
    """
    return _filled(name, title, language, repository, within, __version__)


def at_top(path: str) -> bool:
    """Whether a file is read at the top of a repository only: by GitHub, by pre-commit."""
    return path.startswith(".github/") or path == ".pre-commit-config.yaml"


def serves(path: str, content: bytes, within: str) -> bool:
    """Whether a file that is there already does what that of a new bank would: one of ours for
    another bank, or by another version, does."""
    mine = _filled("\0", "\0", "en", None, within, "\0")[path].decode()
    pattern = re.escape(mine).replace("\0", ".*")
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return re.fullmatch(pattern, text) is not None


def _filled(
    name: str, title: str, language: str, repository: str | None, within: str, version: str
) -> dict[str, bytes]:
    source = address("Source")
    blanks = {
        "ID": name,
        "TITLE": title,
        "LANGUAGE": language,
        "UNTRANSLATED": "" if language_of(language) else _UNTRANSLATED,
        "REPOSITORY": repository or "https://github.com/OWNER/REPOSITORY",
        "UNLESS_KNOWN": "" if repository else "# ",
        "SOURCE": source,
        "ACTION": source.removeprefix("https://github.com/"),
        "DOCUMENTATION": address("Documentation"),
        "VERSION": version,
        **_elsewhere(within),
    }
    files = {}
    for path in sorted(FILES.rglob("*")):
        if path.is_file():
            first, _, rest = path.relative_to(FILES).as_posix().partition("/")
            place = f"decks/{name}" if first == "bank" else _PLACES[first]
            text = path.read_text(encoding="utf-8")
            files[f"{place}/{rest}" if rest else place] = _fill(text, blanks, path.suffix)
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    files["decks/bank.schema.json"] = f"{schema}\n".encode()
    return files


def _elsewhere(within: str) -> dict[str, str]:
    """What names the banks of a folder that is not the top of its repository."""
    if not within:
        return {"BANKS": "", "HOOK_ARGUMENTS": "", "UP": ""}
    banks = f"{within}/decks"
    mark = '"' if "'" in banks else "'"  # as the Action takes a name with blanks
    one = banks if re.fullmatch(r"[^\s'\"]+", banks) else f"{mark}{banks}{mark}"
    return {
        "BANKS": f"bank: {json.dumps(one, ensure_ascii=False)}",
        "HOOK_ARGUMENTS": f"args: [{json.dumps(banks, ensure_ascii=False)}]",
        "UP": "../" * len(within.split("/")),
    }


def _fill(text: str, blanks: Mapping[str, str], suffix: str) -> bytes:
    """A text with its blanks filled in once; a line that is one with nothing in it goes."""
    title = {
        ".md": lambda text: re.sub(r"([\\`*_\[\]<>&#|~$])", r"\\\1", text),
        ".yaml": lambda text: json.dumps(text, ensure_ascii=False),
    }

    def value(found: re.Match[str]) -> str:
        given = blanks[found.group(1)]
        return title[suffix](given) if found.group(1) == "TITLE" else given

    lines = []
    for line in text.splitlines(keepends=True):
        new = _BLANK.sub(value, line)
        if new.strip() or not line.strip():
            lines.append(new)
    return "".join(lines).encode()
