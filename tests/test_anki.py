"""The deck, judged by the official Anki backend: what imports, renders and survives an update."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep_export
from prep_export.exporters.anki import compose as notes
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.times import Times
from prep_export.exporters.anki.write import write_package
from prep_export.markdown.images import Images

from .conftest import SHIPPED
from .support.collection import Imported
from .support.packages import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

    from .conftest import ShippedFile
    from .support.collection import Learner

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_795_000_000
"""A build time in seconds; later builds add to it."""

BANK = r"""
    bank: {id: test, title: Test deck, description: About *this*.}
    topics: {rag: Retrieval, rag::chunking: {title: Chunks, aliases: [chunks]}}
    questions:
      - id: one
        topics: [rag]
        question: What is $a<b$?
        answer: |
          An **answer** with $x^2$ and `code`.

          ![a picture](media/dot.svg)
        key_points: [First, Second]
        drills:
          - {id: c, text: "{{c1::A}} and {{c2::$\\frac{1}{b}$::hint}}"}
          - {id: q, ask: Which?, answer: This.}
      - {id: two, topics: [chunks], question: And then?, answer: More.}
    concepts:
      - {id: term, topics: [rag], term: Recall, definition: What was found of all., reverse: true}
    mistakes:
      - {id: oops, topics: [rag], mistake: No numbers, why: It costs., instead: Say them.}
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<rect width="9" height="9"/></svg>'
)


@pytest.fixture
def export(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Exports a YAML text as built `day` days after the first build."""
    media = tmp_path / "media"
    media.mkdir()
    (media / "dot.svg").write_text(SVG, encoding="utf-8")

    def run(text: str = BANK, day: int = 0) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * 86_400))
        bank = prep_export.load_bank(write_bank(text, header=False))
        target = tmp_path / f"day-{day}.apkg"
        prep_export.export(bank, "anki", target)
        return target

    return run


@pytest.fixture(scope="session")
def shipped_package(shipped_file: ShippedFile) -> Path:
    return shipped_file("anki")


# The shipped deck


@pytest.mark.long
def test_the_shipped_deck_imports_sound(
    shipped: Bank, shipped_package: Path, learner: Learner
) -> None:
    items = [item for _, item in shipped.items()]
    expected = len(items) + sum(len(item.drills) for item in items) + len(shipped.retired)
    assert learner.imports(shipped_package) == Imported(expected, 0, 0, 0)
    assert learner.damage() == []


@pytest.mark.long
def test_every_shipped_card_renders_on_both_sides(shipped_package: Path, learner: Learner) -> None:
    learner.imports(shipped_package)
    cards = learner.cards()
    assert cards
    for card in cards:
        for side in (card.question(), card.answer()):
            assert "{{" not in side
            assert "anki.tenthousandmeters.com" not in side
            assert "class=message" not in side  # how Anki reports a broken template
        assert len(learner.col.media.strip(card.question())) > 40
        assert card.answer().partition('<hr id="answer">')[2] or "cloze" in card.answer()


@pytest.mark.long
def test_every_media_file_of_the_shipped_deck_arrives(
    shipped_package: Path, learner: Learner
) -> None:
    learner.imports(shipped_package)
    folder = Path(learner.col.media.dir())
    wanted = {p.stem for p in (SHIPPED / "media").glob("*.svg")}
    assert {p.name.rsplit("-", 1)[0].removeprefix("llm-") for p in folder.iterdir()} == wanted


def test_importing_the_same_again_changes_nothing(shipped_package: Path, learner: Learner) -> None:
    first = learner.imports(shipped_package)
    before = learner.schedule()
    assert learner.imports(shipped_package) == Imported(0, 0, first.new, 0)
    assert learner.schedule() == before


# One deck in detail


def test_notes_cards_decks_and_tags(export: Callable[..., Path], learner: Learner) -> None:
    assert learner.imports(export()).new == 6
    decks = Counter(learner.col.decks.name(card.did) for card in learner.cards())
    assert decks == {
        "Test deck::2 Questions": 5,
        "Test deck::3 Mistakes": 1,
        "Test deck::5 Concepts": 2,
    }
    assert set(learner.note("two").tags) == {
        "test::topic::rag::chunking",
        "test::section::questions",
        "test::kind::concept",
        "test::difficulty::medium",
        "test::priority::standard",
    }
    assert "test::drill" in learner.note("one/c").tags
    assert "About <em>this</em>." in learner.col.decks.by_name("Test deck")["desc"]


def test_new_cards_come_in_the_authors_order(export: Callable[..., Path], learner: Learner) -> None:
    learner.imports(export())
    order = sorted(learner.cards("deck:*Questions"), key=lambda card: (card.due, card.ord))
    assert [card.note()["Id"] for card in order] == ["one", "one/c", "one/c", "one/q", "two"]
    assert all(0 < card.due < 1_000_000 for card in learner.cards())


def test_math_code_and_images_reach_the_card(export: Callable[..., Path], learner: Learner) -> None:
    learner.imports(export())
    (card,) = learner.cards('"Id:one"')
    assert r"\(a&lt;b\)" in card.question()
    assert "<code>code</code>" in card.answer()
    name = card.answer().partition('src="')[2].partition('"')[0]
    assert (Path(learner.col.media.dir()) / name).read_text(encoding="utf-8") == SVG


def test_a_cloze_hides_one_deletion_a_card(export: Callable[..., Path], learner: Learner) -> None:
    learner.imports(export())
    first, second = sorted(learner.cards('"Id:one/c"'), key=lambda card: card.ord)
    assert "[...]" in first.question()
    assert "[hint]" in second.question()
    assert r"\frac{1}{b}" not in second.question().replace(r"data-cloze", "").split("[hint]")[1]


def test_what_looks_like_a_deletion_elsewhere_makes_no_card(
    export: Callable[..., Path], learner: Learner
) -> None:
    """Anki looks into every field of a cloze note; its check adds the cards that it finds."""
    text = BANK.replace("question: What is $a<b$?", "question: What is `{{c7::x}}`?")
    text = text.replace("{{c1::A}}", "{{c1::A}} `{{c6::y}}`").replace(
        '::hint}}"}', '::hint}}", why: "`{{c8::x}}` and ${{c9::z}}$"}'
    )
    learner.imports(export(text.replace("rag: Retrieval,", "rag: 'Retrieval {{c5::x}}',")))
    assert [card.ord for card in learner.cards('"Id:one/c"')] == [0, 1]
    assert learner.damage() == []
    (card, _) = learner.cards('"Id:one/c"')
    assert "{&#123;c8::x}}" in card.answer()


def test_a_concept_is_asked_in_both_directions(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export())
    forward, back = sorted(learner.cards('"Id:term"'), key=lambda card: card.ord)
    assert "Recall" in forward.question()
    assert "Recall" not in back.question()
    assert "Recall" in back.answer()


# Updates


def test_an_edited_bank_updates_in_place(export: Callable[..., Path], learner: Learner) -> None:
    learner.imports(export())
    studied = learner.study("Test deck", 4)
    assert len(studied) == 4
    before = learner.schedule()
    edited = BANK.replace("And then?", "And after that?").replace(
        "topics: [chunks]", "topics: [rag]"
    )
    log = learner.imports(export(edited, day=30))
    assert (log.new, log.conflicting) == (0, 0)
    assert learner.schedule() == before
    assert (
        learner.note("two")["Front"]
        == '<p data-field="question" class="pe-asked">And after that?</p>'
    )
    assert "test::topic::rag" in learner.note("two").tags
    assert learner.damage() == []


def test_moved_reordered_and_added_items_keep_every_interval(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export())
    learner.study("Test deck", 4)
    before = learner.schedule()
    head, _, tail = BANK.partition("    questions:\n")
    questions, _, rest = tail.partition("    concepts:\n")
    added = "      - {id: zero, topics: [rag], question: What first?, answer: This.}\n"
    moved = f"{head}    concepts:\n{rest}    questions:\n{added}{questions}"
    log = learner.imports(export(moved, day=7))
    after = learner.schedule()
    assert log.new == 1
    assert {number: after[number] for number in before} == before
    assert learner.damage() == []


def test_a_changed_picture_reaches_the_learner(
    export: Callable[..., Path], learner: Learner, tmp_path: Path
) -> None:
    learner.imports(export())
    (tmp_path / "media" / "dot.svg").write_text(SVG.replace("9", "8"), encoding="utf-8")
    learner.imports(export(day=1))
    name = learner.note("one")["Back"].partition('src="')[2].partition('"')[0]
    shown = (Path(learner.col.media.dir()) / name).read_text(encoding="utf-8")
    assert shown == SVG.replace("9", "8")


def test_a_retired_item_is_marked_and_keeps_its_schedule(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export())
    learner.study("Test deck", 5)
    before = learner.schedule()
    kept, _, _ = BANK.partition("      - {id: two")
    rest = BANK.partition("    concepts:\n")[2]
    gone = "    retired:\n      - {id: two, reason: Merged., replaced_by: one}\n"
    log = learner.imports(export(f"{kept}    concepts:\n{rest}{gone}", day=1))
    assert (log.new, log.conflicting) == (0, 0)
    assert learner.schedule() == before
    (note,) = learner.col.find_notes("tag:test::retired")
    assert "Merged." in learner.col.get_note(note)["Back"]
    assert "Replaced by" in learner.col.get_note(note)["Back"]


GONE = """
    retired:
      - {id: old, reason: Wrong.}
      - {id: one/x, reason: Wrong., note: cloze}
"""


def test_a_learner_new_to_the_deck_gets_no_card_of_retired_items(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export(BANK + GONE))
    assert learner.cards("tag:test::retired") == []
    assert len(learner.cards()) == 8
    assert not [n for n in learner.col.decks.all_names_and_ids() if "Retired" in n.name]


def test_a_retired_note_that_a_learner_has_deleted_makes_no_card_again(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export())
    gone = BANK.replace("{id: two, topics", "{id: new, topics") + GONE.replace("id: old", "id: two")
    learner.imports(export(gone, day=30))
    before = learner.schedule()
    (deleted,) = learner.cards('"Id:two"')
    learner.col.remove_notes([deleted.nid])
    for day in (60, 90):
        learner.imports(export(gone, day=day))
        assert learner.cards("tag:test::retired") == []
        assert learner.schedule() == {k: v for k, v in before.items() if k != deleted.id}


def test_an_item_back_from_retirement_is_a_new_card_for_who_has_none(
    export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export(BANK.replace("{id: two, topics", "{id: new, topics") + GONE))
    learner.imports(export(BANK, day=30))
    (card,) = learner.cards('"Id:two"')
    assert learner.col.decks.name(card.did) == "Test deck::2 Questions"
    assert card.type == card.reps == 0


def test_two_corners_of_anki_show_a_retired_note_without_cards(
    export: Callable[..., Path], learner: Learner
) -> None:
    """What docs/anki-contract.md warns of; if Anki stops doing so, the warning can go."""
    from anki.config import Config
    from anki.errors import InvalidInput

    learner.imports(export(BANK + GONE))
    learner.col.set_config_bool(Config.Bool.BROWSER_TABLE_SHOW_NOTES_MODE, value=True)
    learner.col.load_browser_note_columns()
    for number in learner.col.find_notes("tag:test::retired"):
        with pytest.raises(InvalidInput, match="Check Database"):
            learner.col.browser_row_for_id(number)
    report, sound = learner.col.fix_integrity()
    assert (report, sound) == ("Database rebuilt and optimized.", True)
    made = learner.cards("tag:test::retired")
    assert [learner.col.decks.name(card.did) for card in made] == ["Default", "Default"]


# The file


def test_a_work_is_named_as_text_whatever_its_title_holds(export: Callable[..., Path]) -> None:
    source = (
        "{title: '<b>A</b> & \\B', authors: 'X <Y>', year: '2017', url: 'https://a.org/?a=1&b'}"
    )
    text = BANK.replace("answer: More.}", f"answer: More., sources: [{source}]}}")
    found = rows(export(text), "SELECT flds FROM notes")
    (footer,) = (f.split("\x1f")[4] for (f,) in found if f.split("\x1f")[5] == "two")
    assert footer == (
        '<p>X &lt;Y&gt;, <a href="https://a.org/?a=1&amp;b">'
        "<cite>&lt;b&gt;A&lt;/b&gt; &amp; \\B</cite></a>, 2017</p>"
    )


def test_no_new_card_has_a_position_that_anki_takes_for_damage(
    write_bank: Callable[..., str], tmp_path: Path, learner: Learner
) -> None:
    text = BANK.replace("![a picture](media/dot.svg)", "No picture.")
    bank = prep_export.load_bank(write_bank(text, header=False))
    images = Images(bank.root)
    made = notes.compose_notes(bank, images)
    positions = {note.guid: 999_997 + number for number, note in enumerate(made)}
    write_package(bank, made, images, tmp_path / "x.apkg", Times(START), positions)
    due = [due for (due,) in rows(tmp_path / "x.apkg", "SELECT due FROM cards ORDER BY id")]
    assert due == [999_997, 999_998, 999_998, 999_999, 999_999, 999_999, 999_999, 999_999]
    learner.imports(tmp_path / "x.apkg")
    assert learner.damage() == []


def test_a_changed_picture_travels_under_a_new_name(
    export: Callable[..., Path], tmp_path: Path
) -> None:
    first = set(read_package(export()).media)
    (tmp_path / "media" / "dot.svg").write_text(SVG.replace("9", "8"), encoding="utf-8")
    second = set(read_package(export(day=1)).media)
    names = [re.fullmatch(r"dot-[0-9a-f]{10}\.svg", name) for name in first | second]
    assert len(first) == len(second) == 1
    assert len(names) == 2
    assert all(names)


def test_the_same_bank_gives_the_same_bytes(export: Callable[..., Path]) -> None:
    assert export().read_bytes() == export().read_bytes()


def test_the_package_is_deflated_and_dated_by_the_build(export: Callable[..., Path]) -> None:
    with zipfile.ZipFile(export()) as archive:
        assert archive.testzip() is None
        names = [entry.filename for entry in archive.infolist()]
        assert names == ["collection.anki2", "media", "0"]
        assert all(e.compress_type == zipfile.ZIP_DEFLATED for e in archive.infolist())
        assert {e.date_time[0] for e in archive.infolist()} == {2026}


def test_nothing_stays_in_the_temporary_folder(
    export: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    export()
    assert list(folder.iterdir()) == []
    assert not list(tmp_path.glob(".prep-export-*"))


def test_the_shape_of_the_note_types_is_what_learners_have(export: Callable[..., Path]) -> None:
    """If this fails, stop: learners' notes would no longer update (docs/anki-contract.md).

    A field or template may not be added, removed, moved or given another id: each note of each
    learner would conflict. What you may do: fill a reserved field (Hint, Picture, Audio, Typed, all
    in the templates already) or a spare one; put several things into one field, as HTML; rename
    (the ids match); change templates, CSS, what the editor says, the field to sort by. One more
    card for an item is a drill. Anything else needs a new note type and a plan for learners.
    """
    ((text,),) = rows(export(), "SELECT models FROM col")
    shape = {
        model["name"]: (
            int(number),
            model["type"],
            [field["id"] for field in model["flds"]],
            [template["id"] for template in model["tmpls"]],
        )
        for number, model in json.loads(text).items()
    }
    assert shape == {
        "prep-export Basic (test)": (
            1734875675756,
            0,
            [6110000 + n for n in range(1, 19)],
            [6210001, 6210002, 6210003],
        ),
        "prep-export Cloze (test)": (
            1730604110227,
            1,
            [6120000 + n for n in range(1, 18)],
            [6220001],
        ),
    }


def test_the_names_of_fields_are_documented() -> None:
    contract = (SHIPPED.parents[1] / "docs" / "anki-contract.md").read_text(encoding="utf-8")
    for name, _ in (*note_types.BASIC_FIELDS, *note_types.CLOZE_FIELDS):
        assert f"`{name}`" in contract


CORES = """
import os, sys, threading
import prep_export
from prep_export.exporters import workers

workers.MANY = 1
workers._cores = lambda: 2
"""
WHERE = """
here = os.getpid()
alone = set(workers.each(lambda _: os.getpid(), range(4), 4))
stop = threading.Event()
beside = threading.Thread(target=stop.wait)
beside.start()
crowded = set(workers.each(lambda _: os.getpid(), range(4), 4))
stop.set()
beside.join()
print(here in alone, crowded == {here})
"""
TWICE = """
from prep_export.exporters.anki import compose

compose._PART = 7
bank = prep_export.load_bank(sys.argv[1])
prep_export.export(bank, "anki", sys.argv[2])
workers.MANY = 10_000
prep_export.export(bank, "anki", sys.argv[3])
"""


def in_a_process(code: str, *arguments: object) -> str:
    """What a program says that runs without the threads of a test run; warnings stop it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CORES + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START)},
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_workers_are_forked_only_where_no_other_thread_runs() -> None:
    assert in_a_process(WHERE) == "False True\n"


@pytest.mark.long
def test_workers_compose_the_same_notes(write_bank: Callable[..., str], tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.svg").write_text(SVG.replace("9", f"{number + 1}"), encoding="utf-8")
    several = BANK.replace("media/dot.svg", "0.svg") + "    faqs:\n"
    several += "".join(
        f"      - {{id: f{n}, topics: [rag], question: Is it {n}?, answer: '![x]({n}.svg) $x$'}}\n"
        for n in range(20)
    )
    many, one = tmp_path / "many.apkg", tmp_path / "one.apkg"
    in_a_process(TWICE, write_bank(several, header=False), many, one)
    query = "SELECT guid, tags, flds FROM notes ORDER BY id"
    assert rows(many, query) == rows(one, query)
    assert len(read_package(many).media) == 20
    assert set(read_package(many).media) == set(read_package(one).media)


# Guids


def test_a_guid_never_changes() -> None:
    """These exact values stand in learners' collections."""
    assert notes.guid("llm", "linear-regression-assumptions") == GOLDEN[0]
    assert notes.guid("llm", "transformer-attention", "scale") == GOLDEN[1]


GOLDEN = ("pz9Q31DTINiE", "_ReNtnatxIFm")

# Few and short: what could clash are the ways in which one list of ids is cut, and those recur.
ID = st.sampled_from(["a", "b", "a-b", "ab", "b-a", "a1"])


@given(st.lists(st.tuples(ID, ID, st.one_of(st.just(""), ID)), unique=True, max_size=40))
def test_different_ids_give_different_guids(ids: list[tuple[str, str, str]]) -> None:
    assert len({notes.guid(*one) for one in ids}) == len(ids)


def test_duplicate_texts_are_different_notes(export: Callable[..., Path], learner: Learner) -> None:
    assert BANK.rstrip().endswith("instead: Say them.}")
    again = BANK.rstrip().splitlines()[-1].replace("id: oops", "id: again")
    assert learner.imports(export(f"{BANK.rstrip()}\n{again}\n")).new == 7


# The look


def test_nothing_in_the_note_types_needs_the_network_or_scripts() -> None:
    folder = Path(note_types.__file__).parent
    for path in (*folder.glob("*.html"), *folder.glob("*.css")):
        text = path.read_text(encoding="utf-8")
        assert "http" not in text
        assert "<script" not in text
        assert "@import" not in text


def test_css_of_a_bank_is_on_its_cards_and_on_no_other_banks(
    export: Callable[..., Path], learner: Learner
) -> None:
    styled = BANK.replace(
        "title: Test deck,", "title: Test deck, css: '.pe-front { color: teal }',"
    )
    learner.imports(export(styled))
    learner.imports(export(BANK.replace("id: test", "id: other"), day=1))
    looks = {n.name: learner.col.models.get(n.id)["css"] for n in models_of(learner)}
    assert {name for name, css in looks.items() if "teal" in css} == {
        "prep-export Basic (test)",
        "prep-export Cloze (test)",
    }
    assert len(looks) == 4
    assert not [n for (n,) in learner.col.db.execute("SELECT flds FROM notes") if "teal" in n]


def models_of(learner: Learner) -> list[Any]:
    return [n for n in learner.col.models.all_names_and_ids() if n.name.startswith("prep-export")]


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("he", "rtl"), ("ar-EG", "rtl"), ("az-Arab", "rtl"), ("ks-Deva", "ltr")],
)
def test_cards_say_their_language_and_its_direction(
    language: str, direction: str, export: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(export(BANK.replace("title: Test", f"language: {language}, title: Test")))
    for card in learner.cards():
        start = f'<div class="pe {card.note()["Class"]}" lang="{language}" dir="{direction}">'
        assert start in card.question()
        assert start in card.answer()


def test_a_card_has_the_colour_of_its_chapter_and_the_class_of_its_kind(
    export: Callable[..., Path], learner: Learner
) -> None:
    text = BANK.replace("{rag: Retrieval,", "{first: First, rag: Retrieval,")
    learner.imports(
        export(text.replace("topics: [rag]\n", "topics: [rag]\n        kind: coding\n"))
    )
    dress = {card.note()["Id"]: card.note()["Class"] for card in learner.cards()}
    assert dress == {
        "one": "pe-c2 pe-questions pe-kind-coding pe-difficulty-medium",
        "one/c": "pe-c2 pe-questions pe-kind-coding pe-difficulty-medium pe-drill",
        "one/q": "pe-c2 pe-questions pe-kind-coding pe-difficulty-medium pe-drill",
        "two": "pe-c2 pe-questions pe-kind-concept pe-difficulty-medium",
        "term": "pe-c2 pe-concepts",
        "oops": "pe-c2 pe-mistakes",
    }


def test_a_changed_class_alone_gives_no_note_a_new_time() -> None:
    for kind, fields in note_types.FIELDS.items():
        old = ["x"] * len(fields)
        new = [*old[: note_types.CLASS], "pe-c2", *old[note_types.CLASS + 1 :]]
        assert note_types.text_of(kind, old) == note_types.text_of(kind, new)


def test_code_runs_from_left_to_right_and_all_else_follows_the_text() -> None:
    css = note_types.css()
    assert re.search(r"\.pe pre\.code \{[^}]*direction: ltr", css)
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)", css
    )
