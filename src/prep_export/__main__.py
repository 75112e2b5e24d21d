"""The command `prep-export`."""

from __future__ import annotations

import gc
import os
import sys

try:
    from prep_export.cli import process
except KeyboardInterrupt:  # nobody listens to signals yet, and nothing is begun
    os._exit(130)


def main() -> None:
    """Run the command line; `--version` is answered before anything heavy is imported."""
    process.end_on_signals()
    process.mend_streams()
    try:
        _run()
    except process.ResultError as error:
        line = process.unwritable(error)
        if line:
            print(line, file=sys.stderr)  # noqa: T201 - the edge
        sys.exit(1)
    except MemoryError:
        print("error: not enough memory", file=sys.stderr)  # noqa: T201 - the edge
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever was not foreseen
        from prep_export.cli.crash import report

        sys.exit(report(error))
    finally:
        process.ignore_signals()
        # What is left goes with the process: to look through it for garbage takes a tenth of a run.
        gc.freeze()


def _run() -> None:
    if sys.argv[1:] == ["--version"]:
        from prep_export import __version__

        print(f"prep-export {__version__}", flush=True)  # noqa: T201 - the result, on stdout
        return
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not imported yet
    except FileNotFoundError:  # as in a terminal whose folder somebody has deleted
        print("error: the current folder is gone; change to another (cd)", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    # Imports allocate a heap that only grows, through which the collector would go in vain.
    gc.set_threshold(200_000, 50, 50)
    from prep_export.cli.commands import COMMANDS, make_app

    asked = sys.argv[1:2]
    make_app(asked if asked and asked[0] in COMMANDS else COMMANDS)(prog_name="prep-export")


if __name__ == "__main__":
    main()
