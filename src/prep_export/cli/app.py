"""The Typer application with every command."""

from __future__ import annotations

from prep_export.cli.commands import make_app

app = make_app()
