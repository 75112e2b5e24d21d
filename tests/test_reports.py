"""A learner reports a card: its id is on it, and a link opens an issue or a mail that is prefilled.

Where what stands, and why, is in docs/decisions.md: the address in templates, its values in fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

import prep_export
from prep_export.bank.values import is_address
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.report import in_address, report_address, report_link
from prep_export.labels import LANGUAGES, labels

from .support.collection import Imported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.exporters.anki.compare import Difference

    from .support.collection import Learner

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_795_000_000
DAY = 86_400
ISSUE = "https://example.org/issues/new?title={id}:%20{title}&body=Version%20{version}"
BANK = """
    bank: {id: test, title: Test deck, version: "1.0", report: "ADDRESS"}
    topics: {rag: Retrieval}
    questions:
      - id: one
        topics: [rag]
        question: What is *one* of $x^2$?
        answer: An answer.
        drills:
          - {id: c, text: "{{c1::A}} and {{c2::B}}"}
          - {id: q, ask: Which?, answer: This.}
      - {id: two, topics: [rag], question: And then?, answer: More.}
    concepts:
      - {id: term, topics: [rag], term: Recall, definition: What was found of all., reverse: true}
""".replace("ADDRESS", ISSUE)
HOSTILE = (
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "50% of a & b = c + d? #1",
    "%22%3E and {{Back}} and {{c7::x}} and {title}",
    "\\ | ^ ` [x] ~ é 漢字 🎯 ünïcode",
    "&quot;&gt;&lt;b&gt; &amp;amp;",
)


@pytest.fixture
def publish(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Exports a version as built on a day, after the version of an earlier day."""

    def run(text: str, day: int = 0, after: Path | None = None) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * DAY))
        target = tmp_path / f"day-{day}.apkg"
        options = {"previous": str(after)} if after else {}
        bank = prep_export.load_bank(write_bank(text, header=False))
        prep_export.export(bank, "anki", target, options)
        return target

    return run


def link(card: Any) -> str:
    """The address that a card's link opens, as a browser reads it."""
    (found,) = BeautifulSoup(card.answer(), "html.parser").select("a.pe-report")
    return str(found["href"])


def links(learner: Learner) -> dict[str, str]:
    return {card.note()["Id"]: link(card) for card in learner.cards()}


# What a card shows


def test_every_card_shows_its_id_and_a_tap_selects_it(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(re.sub(', report: "[^"]*"', "", BANK)))
    assert {card.note()["Id"] for card in learner.cards()} == {
        "one",
        "one/c",
        "one/q",
        "two",
        "term",
    }
    for card in learner.cards():
        soup = BeautifulSoup(card.answer(), "html.parser")
        assert [one.get_text() for one in soup.select(".pe-id")] == [card.note()["Id"]]
        assert not soup.select("a.pe-report")
    css = learner.col.models.by_name("prep-export Basic (test)")["css"]
    assert re.search(r"\.pe-id \{[^}]*[^-]user-select: all", css)


def test_the_link_of_a_card_is_filled_with_what_it_is_about(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(BANK))
    asked = {item: parse_qs(urlsplit(href).query) for item, href in links(learner).items()}
    about = {item: (q["title"], q["body"]) for item, q in asked.items()}
    assert about == {
        "one": (["one: What is one of x^2?"], ["Version 1.0"]),
        "one/c": (["one/c: What is one of x^2?"], ["Version 1.0"]),
        "one/q": (["one/q: What is one of x^2?"], ["Version 1.0"]),
        "two": (["two: And then?"], ["Version 1.0"]),
        "term": (["term: Recall"], ["Version 1.0"]),
    }


def test_mail_works_too(publish: Callable[..., Path], learner: Learner) -> None:
    learner.imports(publish(BANK.replace(ISSUE, "mailto:me@example.org?subject={id}&body={title}")))
    assert links(learner)["two"] == "mailto:me@example.org?subject=two&body=And%20then%3F"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_speaks_the_language_of_the_bank(
    language: str, publish: Callable[..., Path]
) -> None:
    text = BANK.replace("title: Test", f"language: {language}, title: Test")
    for kind in read_package(publish(text)).note_types.values():
        for _, back in kind.texts if "prep-export" in kind.name else ():
            assert f'">{labels(language)["report-card"]}</a>' in back


# Nothing of it becomes markup or another field


@pytest.mark.long
@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_becomes_markup_or_another_field(
    title: str, publish: Callable[..., Path], learner: Learner
) -> None:
    # In code, Markdown changes nothing of it.
    quoted = "``` " + title + " ```" if "`" in title else f"`{title}`"
    text = BANK.replace("question: And then?", "question: '{}'".format(quoted.replace("'", "''")))
    learner.imports(publish(text))
    (card,) = learner.cards('"Id:two"')
    assert parse_qs(urlsplit(link(card)).query)["title"] == [f"two: {title}"]
    assert "<script" not in card.answer().replace("<style>", "").lower()
    assert not BeautifulSoup(card.answer(), "html.parser").select("[onmouseover]")
    assert learner.col.db.scalar("SELECT sfld FROM notes WHERE flds LIKE '%two%'") == title
    assert learner.damage() == []


@pytest.mark.long
@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_makes_cards_of_a_cloze(
    title: str, publish: Callable[..., Path], learner: Learner
) -> None:
    quoted = "``` " + title + " ```" if "`" in title else f"`{title}`"
    asked = "'{}'".format(quoted.replace("'", "''"))
    learner.imports(publish(BANK.replace("What is *one* of $x^2$?", asked)))
    assert [card.ord for card in learner.cards('"Id:one/c"')] == [0, 1]
    for card in learner.cards('"Id:one/c"'):
        assert parse_qs(urlsplit(link(card)).query)["title"] == [f"one/c: {title}"]
    assert learner.damage() == []


@example("a/b")
@given(st.text(st.characters(codec="utf-8"), max_size=120))
def test_any_text_stands_in_an_address_by_rfc_3986(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*", in_address(text))
    assert unquote(in_address(text)) == text


def test_a_long_title_is_cut_before_an_address_is_too_long() -> None:
    assert unquote(in_address("x" * 121)) == "x" * 119 + "…"
    assert len(in_address("🎯" * 1_000)) < 1_500


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://a.org/{id}?v={version}#{title}", "{{Id}}?v={{Version}}#{{Title in link}}"),
        ("https://a.org/{{id}}", "%7B{{Id}}%7D"),
        ("https://a.org/{id", "%7Bid"),
        ("https://a.org/é%20'&amp;'", "%C3%A9%20&#x27;&amp;amp;&#x27;"),
        ("https://a.org/}}{{", "%7D%7D%7B%7B"),
        ("https://a.org/$id\\^|`", "$id%5C%5E%7C%60"),
    ],
)
def test_no_address_becomes_markup_or_another_field(address: str, href: str) -> None:
    assert report_link(address, "x") == f'<a class="pe-report" href="https://a.org/{href}">x</a>'


def test_an_address_with_stray_braces_breaks_no_card(
    publish: Callable[..., Path], learner: Learner
) -> None:
    address = "https://example.org/{{id}}?a=b&amp;c={title"
    learner.imports(publish(BANK.replace(ISSUE, address)))
    assert links(learner)["two"] == "https://example.org/%7Btwo%7D?a=b&amp;c=%7Btitle"


def test_a_label_of_the_author_is_text(publish: Callable[..., Path], learner: Learner) -> None:
    own = "labels: {report-card: '{{Back}} <b> $id', hint: '{{/Id}}'}"
    learner.imports(publish(BANK.replace("title: Test", f"{own}, title: Test")))
    for card in learner.cards():
        (found,) = BeautifulSoup(card.answer(), "html.parser").select("a.pe-report")
        assert found.get_text() == "{{Back}} <b> $id"


# What a change of it costs


def change(bank: str, old: str, new: str) -> str:
    assert old in bank
    return bank.replace(old, new)


def compared(package: Path, bank: str) -> Difference:
    return prep_export.difference(package, prep_export.load_bank(bank))


def test_a_new_address_reaches_everybody_and_touches_no_note(
    publish: Callable[..., Path], learner: Learner, write_bank: Callable[..., str]
) -> None:
    first = publish(BANK)
    learner.imports(first)
    note = learner.note("two")
    note["Back"] = "<p>Mine.</p>"
    learner.col.update_note(note)
    before = learner.schedule()
    moved = change(BANK, ISSUE, "mailto:me@example.org?subject={id}")
    second = publish(moved, 30, first)
    assert learner.imports(second) == Imported(new=0, updated=0, duplicate=5, conflicting=0)
    assert links(learner)["two"] == "mailto:me@example.org?subject=two"
    assert learner.note("two")["Back"] == "<p>Mine.</p>"
    assert learner.schedule() == before
    found = compared(first, write_bank(moved, header=False))
    assert {one.kind for one in found.changes} == {"look-changed"}


def test_a_new_address_waits_for_who_has_changed_the_templates_since(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(BANK)
    learner.imports(first)
    kind = learner.col.models.by_name("prep-export Basic (test)")
    kind["tmpls"][0]["afmt"] += "Mine."
    learner.col.models.update_dict(kind)  # with the time of the test, long after the builds
    second = publish(change(BANK, ISSUE, "https://example.com/{id}"), 30, first)
    learner.col.db.execute("UPDATE notetypes SET mtime_secs = ?", START + 60 * DAY)
    learner.col.models._clear_cache()
    learner.imports(second)
    (card,) = learner.cards('"Id:two"')
    assert "Mine." in card.answer()
    assert link(card).startswith("https://example.org/")


def test_a_new_version_changes_nothing_that_learners_have(
    publish: Callable[..., Path], learner: Learner, write_bank: Callable[..., str]
) -> None:
    """Not even their changes of the templates: with each version these would be lost."""
    first = publish(BANK)
    learner.imports(first)
    kind = learner.col.models.by_name("prep-export Basic (test)")
    kind["tmpls"][0]["afmt"] += "Mine."
    learner.col.models.update_dict(kind)
    learner.col.db.execute("UPDATE notetypes SET mtime_secs = ?", START + DAY)
    learner.col.models._clear_cache()
    newer = change(BANK, '"1.0"', '"1.1"')
    second = publish(newer, 30, first)
    assert learner.imports(second) == Imported(new=0, updated=0, duplicate=5, conflicting=0)
    assert "Mine." in learner.cards('"Id:two"')[0].answer()
    assert compared(first, write_bank(newer, header=False)).changes == ()

    def shown(package: Path) -> dict[str, tuple[int, tuple[str, ...]]]:
        return {g: (n.modified, n.fields) for g, n in read_package(package).notes.items()}

    assert shown(second) == shown(first)


def test_the_version_of_a_report_is_the_one_whose_text_the_learner_has(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(BANK)
    learner.imports(first)
    second = publish(change(BANK, '"1.0"', '"1.1"'), 30, first)
    corrected = change(change(BANK, '"1.0"', '"1.2 beta"'), "More.", "Less.")
    third = publish(corrected, 60, second)
    learner.imports(third)
    said = {item: parse_qs(urlsplit(href).query)["body"] for item, href in links(learner).items()}
    assert said["two"] == ["Version 1.2 beta"]
    assert said["one"] == ["Version 1.0"]
    raised = publish(change(corrected, '"1.2 beta"', '"1.3"'), 120, third)
    versions = {n.fields[5]: n.fields[9] for n in read_package(raised).notes.values()}
    assert versions["two"] == "1.2%20beta"
    assert versions["one"] == "1.0"


# The way back


def test_the_address_comes_back_from_a_package(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    prep_export.import_package(publish(BANK), tmp_path / "back")
    assert prep_export.load_bank(tmp_path / "back").header.report == ISSUE


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "https://a.org/{other}", "https://a.org/" + "x" * 1_000, "a b", ""],
)
def test_an_address_that_no_bank_may_have_does_not(href: str) -> None:
    address = report_address(f'<a class="pe-report" href="{href}">')
    assert address is not None
    assert not is_address(address)
