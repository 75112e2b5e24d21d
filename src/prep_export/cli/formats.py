"""`prep-export formats`: what a bank can become."""

from __future__ import annotations

import typer


def formats() -> None:
    """List the export formats: ours, and those of installed plugins (which are not loaded).

    \b
    Example:
      prep-export formats
    """
    from prep_export.exporters.registry import BUILT_IN, origin, plugins

    for name, exporter in BUILT_IN.items():
        typer.echo(f"{name:<12} {exporter.summary} (*{exporter.suffix})")
        for option in exporter.options:
            choices = f": {', '.join(option.choices)}" if option.choices else ""
            about = f"{option.help}{choices}"
            about += f" (default {option.default})" if option.default else ""
            typer.echo(f"{'':<12}   --option {option.name}=…  {about}")
    for name, point in plugins().items():
        typer.echo(f"{name:<12} from the package {origin(point)}")
