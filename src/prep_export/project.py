"""Where the project is to be found: the addresses of its own metadata (`[project.urls]`)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata


@cache
def address(name: str) -> str:
    """The address of that name, such as 'Source' or 'Documentation'. Raises LookupError."""
    entries: list[str] = metadata("prep-export").get_all("Project-URL") or []
    for entry in entries:
        label, _, url = entry.partition(", ")
        if label == name:
            return url
    raise LookupError(f"[project.urls] has no '{name}'")


def docs_address(page: str) -> str:
    """The address of a page of docs/, such as 'findings.md#bad-math-error'; empty where none is
    known, because the package is not installed or was built without addresses."""
    try:
        return f"{address('Source')}/blob/main/docs/{page}"
    except (LookupError, PackageNotFoundError):
        return ""
