"""The command `prep-export`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--version` is answered before anything heavy is imported."""
    if sys.argv[1:] == ["--version"]:
        from prep_export import __version__

        print(f"prep-export {__version__}")  # noqa: T201 - the result, on stdout
        return
    import os

    # Looking for pydantic's plugins reads the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from prep_export.cli.app import app

    app(prog_name="prep-export")


if __name__ == "__main__":
    main()
