"""`prep-export list`: what a bank holds."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one, select_parts
from prep_export.cli.output import Talk, errors_as_status


@opt.selects
def list_(
    bank: opt.Bank = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    chosen: opt.Chosen = (),
    quiet: opt.Quiet = False,
) -> None:
    """Count a bank's items by section, topic, kind, difficulty, priority and tag.

    \b
    Examples:
      prep-export list
      prep-export list decks/llm --topic rag
      prep-export list --json | jq .sections
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.bank.ask.counts import count

        (part,) = select_parts([read_one(bank, talk)], chosen, talk)
        counts = count(part)
        if as_json:
            import json

            typer.echo(json.dumps(counts, indent=2, ensure_ascii=False))
        else:
            typer.echo(_table(counts), nl=False)


def _table(counts: dict[str, object]) -> str:
    lines = [f"{counts['title']} ({counts['id']})"]
    for name in ("sections", "topics", "kinds", "difficulties", "priorities", "tags"):
        rows = counts[name]
        assert isinstance(rows, dict)  # noqa: S101 - for the type checker
        if name == "sections":
            rows = {**rows, "drills": counts["drills"], "retired": counts["retired"]}
        rows = {key: value for key, value in rows.items() if value}
        if not rows:
            continue
        width = max(len(key) for key in rows)
        lines += ["", name, *(f"  {key:<{width}}  {value:>6,}" for key, value in rows.items())]
    return "\n".join(lines) + "\n"
