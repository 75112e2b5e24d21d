"""What stands where on a card, by what its author wrote; and that all of it comes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import prep_export
from prep_export.bank.model import Header
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki.read import read_package
from prep_export.importing.markdown import to_markdown
from prep_export.markdown.html import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BANK = r"""
    bank: {id: test, title: Test}
    topics: {zoo: Zoo, rag: Retrieval, rag::chunking: Chunks}
    patterns:
      - id: pattern
        topics: [zoo]
        title: A pattern
        summary: In one line.
        diagram: {image: dot.svg, alt: A dot}
        formula: $$x$$
        legend: $x$, the unknown
        recognise: [A cue]
        approach: [A step]
        pitfalls: [A trap, Another]
    questions:
      - id: one
        topics: [rag::chunking, zoo]
        kind: design
        difficulty: hard
        question: 'What is $n$?'
        answer: |
          **First** this ($n$).

          **Then** that.
        key_points: [Point $k$, Second]
        details: Some details.
        pitfalls: [A trap, Another, A third]
        follow_ups: [{ask: 'Next $n$?', answer: An answer.}, {ask: 'And?', answer: Two.}]
        drills:
          - {id: c, text: "It is {{c1::$n$}}, {{c2::two::hint}}.", why: As $n$.}
          - {id: q, ask: 'Which?', answer: "This.", why: So.}
      - id: code
        topics: [rag]
        kind: coding
        question: Write it
        answer: It is short.
        details: "```python\nprint(1)\n```\n"
        pitfalls: [A trap]
      - {id: plain, topics: [rag], question: Tell it, answer: It., details: "```\nx\n```\n"}
    mistakes:
      - id: said
        topics: [rag]
        mistake: No numbers
        why: It costs.
        instead: Name them.
        not_that: '"It is *fast*."'
        say_this: '"It takes 5 ms."'
      - {id: unsaid, topics: [rag], mistake: No plan, why: It costs., instead: Make one.}
    criteria: [{id: crit, topics: [rag], criterion: Depth, weak: Says, strong: Shows}]
    concepts: [{id: term, topics: [rag], term: Recall, definition: What was found., reverse: true}]
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'


@pytest.fixture
def package(write_bank: Callable[..., str], tmp_path: Path) -> Path:
    (tmp_path / "dot.svg").write_text(SVG, encoding="utf-8")
    bank = prep_export.load_bank(write_bank(BANK, header=False))
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    return tmp_path / "x.apkg"


@pytest.fixture
def notes(package: Path) -> dict[str, tuple[str, ...]]:
    """Fields by the id of the item."""
    return {n.fields[note_types.ID]: n.fields for n in read_package(package).notes.values()}


def order(html: str, *wanted: str) -> bool:
    """Whether texts stand in that order."""
    places = [html.index(text) for text in wanted]
    return places == sorted(places)


# The head


def test_the_head_names_the_chapter_with_its_number_the_kind_the_topic_and_the_difficulty(
    notes: dict[str, tuple[str, ...]],
) -> None:
    head = notes["one"][note_types.HEADER]
    words = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", head)).split()
    assert words == ["2", "Retrieval", "design", "Chunks", "●●●", "hard"]
    assert "●●○" in notes["code"][note_types.HEADER]


def test_the_topic_is_named_only_where_it_is_not_the_chapter(
    notes: dict[str, tuple[str, ...]],
) -> None:
    assert "pe-topic" not in notes["code"][note_types.HEADER]
    assert "pe-level" not in notes["crit"][note_types.HEADER]


# Backs


def test_key_points_come_first_then_the_answer_and_what_folds_below_it(
    notes: dict[str, tuple[str, ...]],
) -> None:
    back, details = notes["one"][note_types.BACK], notes["one"][note_types.DETAILS]
    assert order(back, "pe-points", "Did you say?", "Point", "pe-answer", "First", "Then")
    assert order(details, "pe-details", "pe-pitfalls", "pe-follow-ups")
    assert "<strong>First</strong>" in back
    assert "details" not in back


def test_what_folds_says_how_much_waits_behind_it(notes: dict[str, tuple[str, ...]]) -> None:
    details = notes["one"][note_types.DETAILS]
    summaries = re.findall(r"<summary>(?:<span>([^<]*)</span>)?(?:<span [^>]*>(\d))?", details)
    assert [found for found in summaries if found[0]] == [
        ("Details", ""),
        ("Pitfalls", "3"),
        ("Follow-ups", "2"),
    ]


def test_a_follow_up_hides_its_answer_behind_a_second_fold(
    notes: dict[str, tuple[str, ...]],
) -> None:
    details = notes["one"][note_types.DETAILS]
    first = details[details.index('class="pe-pair"') :]
    summary, _, rest = first.partition("</summary>")
    assert "Next" in summary
    assert "An answer" not in summary
    assert rest.startswith("<div><p>An answer.</p></div></details>")
    assert " open>" not in details


def test_a_coding_question_opens_its_code_and_nothing_else(
    notes: dict[str, tuple[str, ...]],
) -> None:
    details = notes["code"][note_types.DETAILS]
    opened = re.findall(r'<details data-field="(\w+)"[^>]* open>', details)
    assert opened == ["details"]
    assert " open>" not in notes["plain"][note_types.DETAILS]


def test_a_pattern_shows_its_picture_after_the_lead_and_folds_its_pitfalls(
    notes: dict[str, tuple[str, ...]],
) -> None:
    back = notes["pattern"][note_types.BACK]
    assert order(back, "pe-lead", "<figure", "pe-formula", "pe-legend", "pe-cues", "pe-steps")
    assert "<figure" not in notes["pattern"][note_types.DETAILS]


# Mistakes


def test_a_mistake_asks_with_the_wrong_sentence_and_is_named_on_the_back(
    notes: dict[str, tuple[str, ...]],
) -> None:
    front, back = notes["said"][note_types.FRONT], notes["said"][note_types.BACK]
    assert order(front, "Somebody says:", "It is <em>fast</em>", "What is wrong here")
    assert "No numbers" not in front
    assert back.startswith('<p data-field="mistake" class="pe-asked">No numbers</p>')
    assert "fast" not in back
    assert "It takes 5 ms" in back


def test_a_mistake_without_a_sentence_asks_with_its_title(
    notes: dict[str, tuple[str, ...]],
) -> None:
    front, back = notes["unsaid"][note_types.FRONT], notes["unsaid"][note_types.BACK]
    assert "No plan" in front
    assert "Somebody" not in front
    assert "No plan" not in back


# Drills


def test_a_drill_marks_its_answer_sets_the_reason_apart_and_says_where_it_belongs(
    notes: dict[str, tuple[str, ...]],
) -> None:
    back = notes["one/q"][note_types.BACK]
    assert back == (
        '<div data-field="answer" class="pe-answer"><p>This.</p></div>'
        '<div data-field="why" class="pe-explanation"><p>So.</p></div>'
    )
    footer = re.sub("<[^>]*>", "", notes["one/q"][note_types.FOOTER])
    assert footer == r"Part of 2 Retrieval: What is \(n\)?"
    assert footer == re.sub("<[^>]*>", "", notes["one/c"][note_types.FOOTER])
    assert "pe-drill" in notes["one/q"][note_types.CLASS]
    css = note_types.css()
    marked = css[css.index(".cloze, .pe-drill .pe-answer {") :].partition("}")[0]
    assert "background: var(--tint)" in marked
    assert "border-bottom" in marked


# Formulas and the marks beside them


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("of $n$, and", [r"\(n\),"]),
        ("of ($n$) and", [r"(\(n\))"]),
        ("a **$n$**. b", [r"<strong>\(n\)</strong>."]),
        ("the $k$th $n$-gram", [r"\(k\)th", r"\(n\)-gram"]),
        ("of $n$ and $k$", []),
        ("$$x$$.", []),
        ("{{c1::$n$}}, and {{c2::$k$::hint}}.", [r"{{c1::\(n\)}},"]),
        ("若$n$\uff0c则", ["\\(n\\)\uff0c"]),
        ("`$n$`, [$n$](https://a.org), b", []),
    ],
)
def test_a_formula_and_the_mark_after_it_stay_in_one_line(text: str, kept: list[str]) -> None:
    html = render(text, cloze="{{" in text)
    found = re.findall(r'<span class="pe-nb">(.*?)</span>', html)
    assert found == kept
    assert ".pe-nb { white-space: nowrap; }" in note_types.css()


@pytest.mark.parametrize("text", ["of ($n$)#2", "is “$n$”-1", "so ($n$),1. then", "**$n$**.)#2"])
def test_what_stays_together_leaves_no_trace_on_the_way_back(text: str) -> None:
    html = render(text)
    assert "pe-nb" in html
    assert to_markdown(html, lambda *_: None, lambda *_: None) == text


# The foot


def test_every_card_shows_its_id_small_and_to_be_selected_at_once() -> None:
    for declared in (note_types.BASIC_TEMPLATES, note_types.CLOZE_TEMPLATES):
        for template in note_types.templates(declared, Header(id="test", title="Test")):
            foot = template["afmt"].partition('<footer class="pe-foot">')[2]
            assert re.search(r'class="pe-id"[^>]*>\{\{Id\}\}<', foot)
            assert "{{Id}}" not in template["qfmt"]
    assert re.search(r"\.pe-id \{[^}]*; user-select: all", note_types.css())


# The way back


def test_a_deck_comes_back_as_it_was(package: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(package, tmp_path / "back")
    assert made.left == ()
    back: dict[str, Any] = {}
    for path in sorted((tmp_path / "back").glob("*.yaml")):
        back |= yaml.safe_load(path.read_text("utf-8"))
    wanted = yaml.safe_load(BANK)
    defaults = {"kind": "concept", "difficulty": "medium"}
    for section in ("patterns", "questions", "mistakes", "criteria", "concepts"):
        for ours, theirs in zip(wanted[section], back[section], strict=True):
            full = {**(defaults if section == "questions" else {}), **ours}
            written = {**full, **theirs}  # what stands for itself is not written
            for name, value in full.items():
                if name == "diagram":
                    assert written[name]["alt"] == value["alt"]
                else:
                    assert stripped(written[name]) == stripped(value), (ours["id"], name)


def stripped(value: Any) -> Any:
    """A value without the line ends that a text of blocks ends in, however they are written."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [stripped(one) for one in value]
    if isinstance(value, dict):
        return {name: stripped(one) for name, one in value.items()}
    return str(value).lower()


def test_chapters_come_back_in_their_order_with_all_their_titles(
    package: Path, tmp_path: Path
) -> None:
    prep_export.import_package(package, tmp_path / "back")
    text = "\n".join(p.read_text("utf-8") for p in (tmp_path / "back").glob("*.yaml"))
    assert order(text, "zoo: Zoo", "rag: Retrieval", "rag::chunking: Chunks")
