"""`prep-export validate`: everything that is wrong with a bank, at once."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import FOUND, Talk, errors_as_status, wants_color


class Form(str, Enum):
    """For people, for programs, for GitHub's annotations."""

    text = "text"
    json = "json"
    github = "github"


def validate(
    banks: opt.Banks = None,
    form: Annotated[Form, typer.Option("--format", help="Form of the findings.")] = Form.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    quiet: opt.Quiet = False,
) -> None:
    """Check banks: syntax, fields, topics, ids, references, clozes, math, images, links.

    Exit status: 0 clean, 1 findings (warnings count only with --strict), 2 wrong usage.

    \b
    Examples:
      prep-export validate
      prep-export validate decks/llm --strict
      prep-export validate --format github       annotations in a pull request
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        import sys

        from prep_export.cli.banks import resolve
        from prep_export.exporters.registry import check
        from prep_export.findings import forms
        from prep_export.findings.finding import Finding, sort_key, summary
        from prep_export.reading import read_bank

        paths = resolve(banks, talk, own=True)
        readings = [read_bank(path) for path in paths]
        found: list[Finding] = []
        for reading in readings:
            sound = reading.bank is not None and not reading.has_errors
            of_exports = check(reading.bank) if sound and reading.bank else []
            found += sorted([*reading.findings, *of_exports], key=sort_key)
        failed = any(f.is_error or strict for f in found)
        if form is Form.json:
            typer.echo(forms.render_json(found), nl=False)
        elif form is Form.github:
            typer.echo(forms.render_github(found), nl=False)
        elif found:
            typer.echo(forms.render_text(found, color=wants_color(sys.stdout)), nl=False)
        talk.say(
            summary(found) or f"{len(paths)} bank{'s' if len(paths) != 1 else ''}: no findings"
        )
        if failed:
            raise typer.Exit(FOUND)
