"""A card's two sides as `serve` shows them are those that the official backend makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prep_export.exporters.anki import faces
from prep_export.exporters.registry import BUILT_IN
from prep_export.serving.cards import Deck

from .support.collection import Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

anki = pytest.importorskip("anki.collection")

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_HIDDEN = re.compile(r' data-cloze="[^"]*"')
"""What a script of Anki's shows in place of the brackets; nothing without it."""
_NO_CARD = "<div>No cloze "
"""Anki keeps a card that has lost its deletion, and says so instead of showing it."""


def bare(html: str) -> str:
    """HTML of the backend without what it puts there for scripts."""
    return _HIDDEN.sub("", _STYLE.sub("", html))


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    made = Learner(tmp_path_factory.mktemp("faces"))
    yield made
    made.close()


Sides = list[tuple[int, str, str]]


@pytest.fixture(scope="module")
def backend(learner: Learner) -> Callable[..., Sides]:
    """Ordinal, question and answer of each card that Anki makes of a note."""
    col = learner.col
    types: dict[tuple[str, str, bool], Any] = {}

    def sides(asked: str, answered: str, fields: dict[str, str], *, cloze: bool) -> Sides:
        key = (asked, answered, cloze)
        if key not in types:
            made = col.models.new(f"T{len(types)}")
            made["type"] = int(cloze)
            for name in fields:
                col.models.add_field(made, col.models.new_field(name))
            template = col.models.new_template("Card")
            template["qfmt"], template["afmt"] = asked, answered
            col.models.add_template(made, template)
            col.models.add(made)
            types[key] = col.models.by_name(made["name"])
        note = col.new_note(types[key])
        for name, text in fields.items():
            note[name] = text
        col.add_note(note, 1)
        found = [(c.ord, bare(c.question()), bare(c.answer())) for c in note.cards()]
        col.remove_notes([note.id])
        return [one for one in found if _NO_CARD not in one[1]]

    return sides


CASES = {
    "a field": ("{{F}} and {{ G }}", "{{F}}"),
    "a condition": ("{{#G}}<b>{{G}}</b>{{/G}}{{^G}}nothing of {{F}}{{/G}}", "{{F}}"),
    "conditions in each other": ("{{#F}}a{{^G}}b{{#F}}c{{/F}}{{/G}}d{{/F}}{{F}}.", "{{F}}"),
    "the front again": ("{{F}}", "{{FrontSide}}<hr>{{G}}"),
    "text alone": ("{{text:F}}.", "{{text:G}}."),
    "a comment": ("<!-- {{F}} {{#nothing}} -->{{F}}", "{{F}}"),
}
FIELDS = {
    "both": {"F": "<b>front</b> &amp; more", "G": "back<br>two"},
    "one": {"F": "front", "G": ""},
    "an empty line": {"F": "front", "G": "<br><div> </div>"},
    "braces": {"F": "a {{G}} b {{#G}}", "G": "x"},
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("templates", CASES.values(), ids=CASES)
def test_templates_are_rendered_as_by_anki(
    backend: Callable[..., Sides], templates: tuple[str, str], fields: dict[str, str]
) -> None:
    ((_, question, answer),) = backend(*templates, fields, cloze=False)
    card = faces.Card(*templates)
    assert (faces.question(card, fields), faces.answer(card, fields)) == (question, answer)


_PIECES = st.sampled_from(
    ["{{c1::", "{{c2::", "{{c11::", "}}", "}", "::", "{", "a", "<b>b</b>", " ", r"\(x ", r"\)", "é"]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
@example(r"\(a {{c1::\frac{1}{2} }} {{c2::x}}\) {{c3::in {{c1::n}} o::h}}")
@example("{{c1::never closed {{c2::a::hint}}")
@example("a {{c1::b::h::i}} }} c")
@example("{{c1::::}}")
def test_deletions_are_hidden_as_by_anki(backend: Callable[..., Sides], text: str) -> None:
    templates = ("{{cloze:F}}|{{#c2}}two{{/c2}}", "{{cloze:F}}|{{text:cloze:F}}")
    for ordinal, question, answer in backend(*templates, {"F": f"{text}{{{{c1::o}}}}"}, cloze=True):
        card = faces.Card(*templates, ordinal, cloze=True)
        fields = {"F": f"{text}{{{{c1::o}}}}"}
        assert faces.question(card, fields) == question
        assert faces.answer(card, fields) == answer


def test_what_is_typed_or_folded_needs_no_script() -> None:
    card = faces.Card("{{type:F}}{{hint:G}}", "{{type:F}}")
    fields = {"F": "<i>a</i> &lt; b", "G": "a hint"}
    question, answer = faces.question(card, fields), faces.answer(card, fields)
    assert "<input" in question
    assert "<details" in question
    assert "a hint" in question
    assert "a &lt; b" in answer
    assert "onclick" not in question + answer


def test_a_typed_deletion_shows_what_was_to_be_typed() -> None:
    card = faces.Card("{{type:cloze:F}}", "{{type:cloze:F}}", ordinal=1, cloze=True)
    assert ">b, d<" in faces.answer(card, {"F": "{{c1::a}} {{c2::b::h}} c {{c2::d}}"})


@pytest.mark.long
def test_every_card_of_the_shipped_bank_is_rendered_as_by_anki(
    shipped: Bank, shipped_file: ShippedFile, learner: Learner
) -> None:
    from prep_export.printed import printed

    learner.imports(shipped_file(BUILT_IN["anki"].name))
    deck = Deck(printed(shipped))
    seen = 0
    for card in learner.cards():
        note = card.note()
        entry = deck.entries[note["Id"]]
        ours = next(one for one in entry.cards if one.ordinal == card.ord)
        assert faces.question(ours, entry.fields) == bare(card.question()), note["Id"]
        assert faces.answer(ours, entry.fields) == bare(card.answer()), note["Id"]
        seen += 1
    assert seen == sum(len(entry.cards) for entry in deck.entries.values())
