"""`prep-export schema`: the format of a bank file, for editors."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of a bank file.

    \b
    Example:
      prep-export schema > bank.schema.json
    then, as the first line of a bank file:
      # yaml-language-server: $schema=bank.schema.json
    """
    import json

    from prep_export.bank.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
