"""The shipped bank as people use it: whole commands beside a floor and beside an older commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
BANK: Final = str(ROOT / "decks" / "llm")
OLD: Final = "3cea064"
"""The commit before formulas were judged without setting them."""

FLOOR: Final = (
    "import sys, glob, pydantic, markdown_it, typer, yaml\n"
    "for path in glob.glob(sys.argv[1] + '/*.yaml'):\n"
    "    yaml.load(open(path, 'rb'), Loader=yaml.CSafeLoader)"
)
"""What any command like ours must do: its libraries loaded, the files parsed."""

EMPTY_COMMAND: Final = (
    "import typer\n"
    "app = typer.Typer(rich_markup_mode=None)\n"
    "@app.command()\n"
    "def one(name: str = 'x', quiet: bool = False): 'One.'\n"
    "@app.command()\n"
    "def two(): 'Two.'\n"
    "app()"
)
"""A Typer command that does nothing: pydantic is loaded to read its options."""


@contextmanager
def old_source() -> Iterator[str | None]:
    """The source folder of OLD in a temporary checkout; None where git or the commit is not had."""
    git = shutil.which("git")
    with tempfile.TemporaryDirectory(prefix="prep-export-old-") as folder:
        path = Path(folder) / "old"
        command = [git or "git", "-C", str(ROOT), "worktree", "add", "--detach", str(path), OLD]
        if git is None or subprocess.run(command, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield str(path / "src")
        finally:
            command = [git, "-C", str(ROOT), "worktree", "remove", "--force", str(path)]
            subprocess.run(command, capture_output=True, check=False)


def with_source(source: str, *arguments: str) -> list[str]:
    """A command of prep-export from another source folder."""
    script = (
        "import os, sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from prep_export.__main__ import main\n"
        "main()"
    )
    return [sys.executable, "-c", script, source, *arguments]


def without_cache() -> None:
    """Start with no formula laid out before."""
    from prep_export.exporters.pdf.engine.formula_cache import cache_path

    path = cache_path()
    if path is not None and path.is_file() and not os.environ.get("PREP_EXPORT_NO_CACHE"):
        path.unlink()
