"""`prep-export validate`: everything that is wrong with a bank, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import FOUND, Talk, errors_as_status, wants_color

if TYPE_CHECKING:
    from prep_export.bank.read.belonging import Asked
    from prep_export.findings.finding import Finding


FORMS: Final = ("text", "json", "github", "sarif")
"""For people, for programs, for GitHub's annotations, for code scanning."""


def validate(
    banks: opt.Banks = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="|".join(FORMS),
            help="Form of the findings.",
            autocompletion=lambda: list(FORMS),
        ),
    ] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="CODE",
            help="Say what a code means and what to do, and check nothing; 'all' lists the codes.",
            show_default=False,
        ),
    ] = None,
    quiet: opt.Quiet = False,
) -> None:
    """Check banks: syntax, fields, topics, ids, references, clozes, math, images, links.

    Of single files of a folder the whole bank is judged, and what concerns these files told.

    Exit status: 0 clean, 1 findings (warnings count only with --strict), 2 wrong usage.

    \b
    Examples:
      prep-export validate
      prep-export validate decks/llm --strict
      prep-export validate decks/llm/03-rag.yaml  as a hook does
      prep-export validate --format github        annotations in a pull request
      prep-export validate --explain unknown-topic
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.bank.read.belonging import in_words
        from prep_export.cli.banks import asked_for
        from prep_export.findings.finding import summary

        opt.require_choice("format", form, FORMS)
        if explain is not None:
            _explain(explain, alone=not (banks or strict or form != "text"))
            return
        asked = asked_for(banks, talk)
        found = [finding for one in asked for finding in _judged(one, talk)]
        text = _rendered(found, form)
        if text:
            typer.echo(text, nl=False)
        if found or asked:
            talk.say(summary(found) or f"{in_words(asked)}: no findings")
        if any(f.is_error or strict for f in found):
            raise typer.Exit(FOUND)


def _rendered(found: list[Finding], form: str) -> str:
    """Findings in one of the forms, of which only that one is loaded."""
    import os
    import sys

    top = os.environ.get("GITHUB_WORKSPACE") or "."
    if form == "github":
        from prep_export.findings.github import render_github

        return render_github(found, top)
    if form == "sarif":
        from prep_export import __version__
        from prep_export.findings.sarif import render_sarif

        return render_sarif(found, __version__, top)
    from prep_export.findings import forms

    if form == "json":
        return forms.render_json(found)
    return forms.render_text(found, color=wants_color(sys.stdout))


def _explain(code: str, *, alone: bool) -> None:
    import sys

    from prep_export.cli.explain import explained
    from prep_export.errors import UsageError

    if not alone:
        raise UsageError("--explain checks nothing: give it no bank and no other option")
    typer.echo(explained(code, color=wants_color(sys.stdout)), nl=False)


def _judged(asked: Asked, talk: Talk) -> list[Finding]:
    """What is wrong with what was asked about; how much more is wrong with its bank is said."""
    from prep_export.cli.banks import read
    from prep_export.exporters.registry import check
    from prep_export.findings.finding import sort_key, summary

    reading = read(asked.bank)
    sound = reading.bank is not None and not reading.has_errors
    of_exports = check(reading.bank) if sound and reading.bank else []
    found = sorted([*reading.findings, *of_exports], key=sort_key)
    shown, others = asked.split(found)
    if others:
        name = reading.bank.header.id if reading.bank else asked.bank
        how = f"prep-export validate {asked.bank}"
        talk.say(f"{summary(others)} in other files of the bank '{name}': {how}")
    return shown
