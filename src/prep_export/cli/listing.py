"""`prep-export list`: what a bank holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.talk import Talk, errors_as_status

if TYPE_CHECKING:
    from prep_export.bank.model import Bank


def list_(
    bank: opt.Bank = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    topic: opt.Topics = None,
    kind: opt.Kinds = None,
    difficulty: opt.Difficulties = None,
    section: opt.Sections = None,
    quiet: opt.Quiet = False,
) -> None:
    """Count a bank's items by section, topic, kind and difficulty.

    \b
    Examples:
      prep-export list
      prep-export list decks/llm --topic rag
      prep-export list --json | jq .sections
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.bank.selection import select
        from prep_export.cli.banks import resolve_one
        from prep_export.cli.build import read_all

        loaded = read_all([resolve_one(bank, talk)], talk)[0]
        counts = count(select(loaded, opt.selection(topic, kind, difficulty, section)))
        if as_json:
            import json

            typer.echo(json.dumps(counts, indent=2, ensure_ascii=False))
        else:
            typer.echo(_table(counts), nl=False)


def count(bank: Bank) -> dict[str, object]:
    """Counts by section, topic (an item counts for each of its topics and their ancestors), kind
    and difficulty."""
    from prep_export.bank.model import DIFFICULTIES, KINDS, SECTIONS
    from prep_export.bank.topics import is_within, resolve

    items = [item for _, item in bank.items()]
    resolved = [{resolve(t, bank.topics) for t in item.topics} for item in items]
    kinds = Counter(question.kind for question in bank.questions)
    levels = Counter(question.difficulty for question in bank.questions)
    return {
        "id": bank.header.id,
        "title": bank.header.title,
        "sections": {name: len(bank.section(name)) for name in SECTIONS},
        "drills": sum(len(item.drills) for item in items),
        "retired": len(bank.retired),
        "topics": {
            topic: sum(any(is_within(t, topic) for t in names) for names in resolved)
            for topic in bank.topics
        },
        "kinds": {name: kinds[name] for name in KINDS if kinds[name]},  # type: ignore[index]  # KINDS are its values
        "difficulties": {name: levels[name] for name in DIFFICULTIES},  # type: ignore[index]  # as above
    }


def _table(counts: dict[str, object]) -> str:
    lines = [f"{counts['title']} ({counts['id']})"]
    for name in ("sections", "topics", "kinds", "difficulties"):
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
