"""`prep-export init`: a repository for a new bank."""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import Talk, errors_as_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prep_export.findings.finding import Finding
    from prep_export.starting import Started
    from prep_export.starting.surroundings import Surroundings


def init(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder; made where it is missing.")
    ] = ".",
    name: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="ID",
            help="The bank's id, which can never change; from the folder's name if absent.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(metavar="TITLE", help="Its title; from the id if absent.", show_default=False),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="xx",
            help="Its language, such as en, ja or pt-BR; en if absent.",
            show_default=False,
        ),
    ] = None,
    quiet: opt.Quiet = False,
) -> None:
    """Begin a bank: one example of every section, checks, releases, a form for reports.

    Asks, on a terminal, for what is not given. Writes over nothing: files that are there are kept,
    and named. The paths of new files go to stdout.

    \b
    Examples:
      prep-export init rag-cards
      prep-export init --id rag-101 --title "RAG interview questions" --language en
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from pathlib import Path

        from prep_export.errors import UsageError
        from prep_export.starting import start_repository
        from prep_export.starting.names import proposed_id, proposed_title, wrong_value
        from prep_export.starting.surroundings import surroundings

        if not folder:
            raise UsageError("the folder has no name; '.' is this one")
        target = Path(folder)
        whole = target.resolve()
        proposed = proposed_id(whole.name)
        name = _value(name, "id", "Id, which can never change", proposed)
        if name == proposed == "":
            message = f"the name of the folder '{whole.name}' makes no id; give one: --id ID"
            raise UsageError(message)
        wrong = wrong_value("id", name)
        if wrong and title is None:  # which would be made of the id
            raise UsageError(wrong)
        title = _value(title, "title", "Title", proposed_title(name))
        language = _value(language, "language", "Language", "en")
        around = surroundings(target)
        made = start_repository(
            target,
            name=name,
            title=title,
            language=language,
            address=around.address,
            top=around.root,
        )
        for path in made.written:
            typer.echo(path)
        _tell(made, around, target, talk)


def _value(given: str | None, field: str, question: str, proposed: str) -> str:
    """The value of a field: given, or asked for on a terminal, or the one proposed."""
    if given is not None:
        return given
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):  # None where it is closed
        return proposed
    from prep_export.starting.names import wrong_value

    def sound(text: str) -> str:
        wrong = wrong_value(field, text)
        if wrong:
            raise typer.BadParameter(wrong)
        return text

    with redirect_stdout(sys.stderr):  # where click prints a space even so
        answer: str = typer.prompt(question, default=proposed or None, value_proc=sound, err=True)
    return answer


def _tell(made: Started, around: Surroundings, folder: Path, talk: Talk) -> None:
    """What came of it, and what to do next."""
    from prep_export.project import address

    guide = f"{address('Documentation')}start/"
    if made.kept:
        talk.say(f"kept as they were: {', '.join(made.kept)}")
        talk.say(f"  what to add to them: {guide}#in-a-repository-that-exists")
    talk.say(f"a bank with an example of every section: {made.bank}")
    talk.findings(_found(made.bank))
    if around.root and made.to_move:
        _tell_to_move(made.to_move, around.root, guide, talk)
    if not around.address:
        talk.say(f"with a repository on GitHub, fill in 'report' in {made.bank}{os.sep}bank.yaml")
    talk.say("next:")
    for command in _next(made, around, folder):
        talk.say(f"  {command}")
    talk.say(f"the first ten minutes: {guide}")


def _tell_to_move(paths: Iterable[str], top: Path, guide: str, talk: Talk) -> None:
    """What is read at the top of a repository only: GitHub's files, and pre-commit's."""
    there = [path for path in paths if os.path.lexists(top / path)]
    free = [path for path in paths if path not in there]
    if free:
        talk.say(f"read at the top of a repository only, so move to {top}: {', '.join(free)}")
    if there:
        talk.say(f"{top} has its own {', '.join(there)}")
        talk.say(f"  what to add to them: {guide}#in-a-folder-of-a-repository")


def _found(bank: str) -> list[Finding]:
    """What is to be mended at once: paper has no font for some scripts."""
    from prep_export.exporters.registry import check
    from prep_export.reading import read_bank

    reading = read_bank(bank)
    return [*reading.findings, *(check(reading.bank) if reading.bank else ())]


def _next(made: Started, around: Surroundings, folder: Path) -> Iterator[str]:
    if folder.resolve() != folder.cwd():
        yield f"cd {_typed(str(folder))}"
    yield "prep-export serve               the bank in your browser, which follows each save"
    yield "prep-export validate --strict   all that is wrong, each with its line"
    yield "prep-export build               deck, PDFs and page, into out/"
    added = "."
    if around.root and made.to_move:
        top = os.path.relpath(around.root.resolve(), folder.resolve()).replace(os.sep, "/")
        names = dict.fromkeys(path.split("/")[0] for path in made.to_move)
        added = " ".join([added, *(f"{top}/{name}" for name in names)])
    yield f"{'' if around.root else 'git init && '}git add {added} && git commit -m 'Begin a bank'"


def _typed(path: str) -> str:
    """A path as a shell takes it."""
    return path if re.fullmatch(r"[\w./\\:~+-]+", path) else f'"{path}"'
