"""Where this project is to be had, as its package says: the addresses stand in pyproject.toml."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata


@cache
def address(label: str) -> str:
    """The address that the package gives for a label, such as 'Source'; empty where it gives none
    (it is not installed, or was built without them)."""
    try:
        said: list[str] = metadata("prep-export").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    found = dict(line.split(", ", 1) for line in said)
    return found.get(label, "")


def docs_address(page: str) -> str:
    """The address of a page of docs/, such as 'findings.md#bad-math-error'; empty where unknown."""
    source = address("Source")
    return f"{source}/blob/main/docs/{page}" if source else ""
