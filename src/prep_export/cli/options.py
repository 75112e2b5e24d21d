"""The options that several commands share."""

from __future__ import annotations

import inspect
from functools import wraps
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

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


_SELECTING: Final = {
    "topic": Topics,
    "kind": Kinds,
    "difficulty": Difficulties,
    "section": Sections,
    "priority": Priorities,
    "tag": Tags,
}
"""The options that select items, in the order of the fields of the library's Selection."""
Chosen: TypeAlias = tuple[tuple[str, ...], ...]
"""Their values, in that order; empty for the whole bank."""


def selects(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `chosen` stands for all options that select items.

    Typer reads options off a signature: this one has them in its place.
    """
    declared = inspect.signature(command, eval_str=True)
    parameters: list[Parameter] = []
    for parameter in declared.parameters.values():
        if parameter.name == "chosen":
            parameters += [
                Parameter(name, parameter.kind, default=None, annotation=annotation)
                for name, annotation in _SELECTING.items()
            ]
        else:
            parameters.append(parameter)

    @wraps(command)
    def run(**given: Any) -> None:
        chosen: Chosen = tuple(tuple(given.pop(name) or ()) for name in _SELECTING)
        command(**given, chosen=chosen)

    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__signature__ = declared.replace(parameters=parameters)  # type: ignore[attr-defined] # inspect's own way to say it
    return run


def selection(chosen: Chosen) -> Selection:
    """The library's selection from the options as given."""
    from prep_export.bank.ask.selection import Selection

    return Selection(*chosen)
