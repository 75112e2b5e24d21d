"""The command `prep-export`."""

from __future__ import annotations

import gc
import io
import sys


def main() -> None:
    """Run the command line; `--version` is answered before anything heavy is imported."""
    if sys.argv[1:] == ["--version"]:
        from prep_export import __version__

        print(f"prep-export {__version__}")  # noqa: T201 - the result, on stdout
        return
    # Imports allocate a heap that only grows, through which the collector would go in vain.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):  # pipes and redirects of Windows are not
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from prep_export.cli.commands import COMMANDS, make_app

    asked = sys.argv[1:2]
    try:
        make_app(asked if asked and asked[0] in COMMANDS else COMMANDS)(prog_name="prep-export")
    except Exception as error:  # noqa: BLE001 - whatever was not foreseen
        from prep_export.cli.crash import report

        sys.exit(report(error))


if __name__ == "__main__":
    main()
