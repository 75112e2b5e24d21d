"""What nobody foresaw: one line for people, the traceback in a file."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from pathlib import Path
from traceback import format_exception

import typer

from prep_export import __version__

CRASHED = 3
"""The exit status, which means a bug of ours."""


def report(error: BaseException) -> int:
    """Say that something broke and where its traceback lies; returns the exit status."""
    about = f"prep-export {__version__}, Python {platform.python_version()}, {sys.platform}"
    command = " ".join(sys.argv[1:])
    text = "".join([f"{about}\nprep-export {command}\n\n", *format_exception(error)])
    summary = " ".join(f"{type(error).__name__}: {error}".split())
    message = f"error: something went wrong that should not ({summary[:200]})"
    path = _written(text)
    where = f"please report it with the file {path}" if path else f"please report it:\n\n{text}"
    typer.echo(f"{message}; {where}", err=True)
    return CRASHED


def _written(text: str) -> Path | None:
    """The log, in the user's folder for logs or the temporary one; None if neither can be."""
    from platformdirs import user_log_path

    name = f"crash-{time.strftime('%Y%m%d-%H%M%S')}.log"
    for folder in (user_log_path("prep-export"), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    return None
