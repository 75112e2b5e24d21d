"""The source text that the shipped bank grows from: no line of it may be lost."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from prep_export.bank.model import title_of
from prep_export.bank.texts import texts
from prep_export.markdown.quotes import printed_plain

from .conftest import ROOT
from .support import paper
from .support.packages import rows

if TYPE_CHECKING:
    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

SEED = ROOT / "tests" / "data" / "llm-interview-questions.txt"

HEADINGS = {
    "Common LLM interview patterns": "patterns",
    "LLM interview questions": "questions",
    "Common mistakes in LLM interviews": "mistakes",
    "How LLM questions are evaluated": "criteria",
    "Related ML concepts": "concepts",
    "LLM & Generative AI Interview FAQs": "faqs",
}
ON_PAPER = ("patterns", "criteria", "mistakes", "faqs")


def seed() -> dict[str, list[str]]:
    """The seed's lines by section; 'bank' holds the title and the introduction."""
    sections: dict[str, list[str]] = {"bank": []}
    current = sections["bank"]
    for line in SEED.read_text(encoding="utf-8").splitlines():
        if line in HEADINGS:
            current = sections.setdefault(HEADINGS[line], [])
        current.append(line.removeprefix("- "))
    return sections


LINES = [(section, line) for section, lines in seed().items() for line in lines if line.strip()]


def squeezed(text: str) -> str:
    """A text without its spaces and hyphens, which line breaks may add or take."""
    return "".join(text.split()).replace("-", "")


@pytest.fixture(scope="module")
def in_bank(shipped: Bank) -> dict[str, str]:
    """All the text of each section, as the author wrote it."""
    header = shipped.header
    found = {"bank": f"{header.title}\n{header.description}"}
    titles = {str(name): title for name, title in header.sections.items()}
    for name in HEADINGS.values():
        found_texts = [titles.get(name, "")]
        for item in shipped.section(name):
            found_texts += [text for _, text in texts(item)]
        found[name] = "\n".join(found_texts)
    return found


def as_shown(line: str) -> str:
    """A line with the quotes of print, which the bank asks for."""
    return printed_plain(line, "en-GB")


@pytest.fixture(scope="module")
def in_deck(shipped_file: ShippedFile) -> str:
    package = shipped_file("anki")
    found = rows(package, "SELECT flds FROM notes") + rows(package, "SELECT decks FROM col")
    return unescape("\n".join(text for (text,) in found))


@pytest.fixture(scope="module")
def on_sheet(shipped_file: ShippedFile) -> str:
    return squeezed(paper.text(shipped_file("pdf")))


def test_the_seed_is_whole() -> None:
    counts = {name: len(lines) - 1 for name, lines in seed().items()}
    assert counts["patterns"] == 7
    assert counts["questions"] == 19
    assert counts["mistakes"] == 5
    assert counts["criteria"] == 3
    assert counts["faqs"] == 4
    assert counts["bank"] == 3


@pytest.mark.parametrize(("section", "line"), LINES)
def test_each_line_is_in_its_section_of_the_bank(
    section: str, line: str, in_bank: dict[str, str]
) -> None:
    assert line in in_bank[section]


def test_titles_and_questions_are_word_for_word(shipped: Bank) -> None:
    lines = {name: set(seed()[name][1:]) for name in HEADINGS.values()}
    assert lines["patterns"] <= {p.title for p in shipped.patterns}
    assert lines["questions"] <= {q.question for q in shipped.questions}
    assert lines["mistakes"] <= {m.mistake for m in shipped.mistakes}
    assert lines["criteria"] <= {c.criterion for c in shipped.criteria}
    assert {line for line in lines["faqs"] if line.endswith("?")} <= {
        f.question for f in shipped.faqs
    }


def test_what_the_source_page_names_has_its_tag_and_is_core_and_nothing_else_is_tagged(
    shipped: Bank,
) -> None:
    lines = {name: set(seed()[name][1:]) for name in HEADINGS.values()}
    named = {
        item.id: item for name, item in shipped.items() if title_of(item) in lines.get(name, ())
    }
    assert len(named) == 7 + 19 + 5 + 3 + 2
    assert {item.id for _, item in shipped.items() if "seed" in item.tags} == {*named}
    assert {item.priority for item in named.values()} == {"core"}


@pytest.mark.parametrize(("section", "line"), LINES)
def test_each_line_is_in_the_deck(section: str, line: str, in_deck: str) -> None:
    del section
    assert as_shown(line) in in_deck


@pytest.mark.parametrize(("section", "line"), [one for one in LINES if one[0] in ON_PAPER])
def test_each_line_for_paper_is_on_the_sheet(section: str, line: str, on_sheet: str) -> None:
    del section
    assert squeezed(as_shown(line)) in on_sheet
