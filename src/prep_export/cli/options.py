"""The options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Collection

    from prep_export.bank.ask.selection import Selection

Banks = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="BANK",
        help="YAML files or folders; every bank under decks/ if absent.",
        show_default=False,
    ),
]
Bank = Annotated[
    str | None,
    typer.Argument(metavar="BANK", help="A YAML file or a folder of them.", show_default=False),
]
Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where to write; '-' for standard output.",
        show_default=False,
    ),
]
Topics = Annotated[
    list[str] | None,
    typer.Option(
        "--topic",
        metavar="ID",
        help="Only this topic and those below it; repeatable.",
        show_default=False,
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only questions of this kind (concept, design, …); repeatable.",
        show_default=False,
    ),
]
Difficulties = Annotated[
    list[str] | None,
    typer.Option(
        "--difficulty",
        metavar="LEVEL",
        help="Only questions that are easy, medium or hard; repeatable.",
        show_default=False,
    ),
]
Sections = Annotated[
    list[str] | None,
    typer.Option(
        "--section",
        metavar="NAME",
        help="Only this section (questions, patterns, …); repeatable.",
        show_default=False,
    ),
]
Priorities = Annotated[
    list[str] | None,
    typer.Option(
        "--priority",
        metavar="LEVEL",
        help="Only items that are core, standard or extra; repeatable.",
        show_default=False,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="ID", help="Only items with this tag; repeatable.", show_default=False
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on stderr but errors.")]
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        help="Make formulas and fonts anew, and keep none (or set PREP_EXPORT_NO_CACHE).",
    ),
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more on stderr.")]


def require_choice(option: str, value: str, choices: Collection[str]) -> None:
    """Raises UsageError for another value, in the words of the options of formats."""
    if value not in choices:
        from prep_export.errors import UsageError

        raise UsageError(f"'{option}' cannot be '{value}'; one of: {', '.join(choices)}")


_Words = list[str] | None
Chosen = tuple[_Words, _Words, _Words, _Words, _Words, _Words]
"""Values of --topic, --kind, --difficulty, --section, --priority and --tag."""


def selection(*chosen: list[str] | None) -> Selection:
    """The library's selection from the options as given, in the order of `Chosen`."""
    from prep_export.bank.ask.selection import Selection

    return Selection(*(tuple(words or ()) for words in chosen))
