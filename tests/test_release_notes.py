"""A difference as Markdown: what learners read of a release, and reviewers of a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export.bank.model import Bank, Header
from prep_export.exporters.anki.compare import REPLACES, Change, Difference, FieldChange, against
from prep_export.exporters.anki.release_notes import render_markdown
from prep_export.exporters.anki.snapshot import nothing, snapshot
from prep_export.labels import LANGUAGES, labels
from prep_export.markdown.images import Images

from .test_updates import ADDED, FIRST, GONE, TWO

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.exporters.anki.compare import Kind

    Notes = Callable[[str], str]


EMPTY = Bank(header=Header(id="test", title="Test"))


@pytest.fixture
def notes(write_bank: Callable[..., str]) -> Notes:
    """The release notes of a bank that follows the first one."""
    old = snapshot(prep_export.load_bank(write_bank(FIRST, header=False)), Images("."))

    def make(text: str) -> str:
        bank = prep_export.load_bank(write_bank(text, header=False))
        return render_markdown(against(old, bank), bank)

    return make


RELEASE = (
    FIRST.replace("An answer.", "A better answer.")
    .replace("    concepts:\n", ADDED)
    .replace(TWO, "")
    .replace("ml: Basics", "ml: Foundations")
    .replace("- {id: q", '- {id: d, text: "Not {{c1::all::how many}}"}\n          - {id: q')
    + GONE
)  # fmt: skip

SHOWN = """\
**New: 2 · Changed: 1 · Retired: 1 · Other topics or tags: 2 · Unchanged: 2**

### New

- `one/d`: Not all
- `four`: What now?

### Changed

- `one`: What is one?
  - Back: ~~An~~ **A better** answer.
- Other topics or tags, which come with the next change of the text: `three`, `term`

### Retired

- `two`: And then?
  - Merged.
  - Replaced by “What is one?”.

### What you should do

- Import the new deck over the old one: *File → Import*.
- What you have learned stays, and no card comes twice.
- On notes that have changed, your own edits and tags are replaced: copy before you \
import what you want to keep.
- Retired cards stay until you delete them: search for `tag:test::retired`.
"""


def test_release_notes_are_counts_what_is_new_changed_and_retired_and_what_to_do(
    notes: Notes,
) -> None:
    assert notes(RELEASE) == SHOWN


IN_GERMAN = """\
**Neu: 2 · Geändert: 1 · Zurückgezogen: 1 · Andere Themen oder Schlagwörter: 2 · Unverändert: 2**

### Neu

- `one/d`: Not all
- `four`: What now?

### Geändert

- `one`: What is one?
  - Back: ~~An~~ **A better** answer.
- Andere Themen oder Schlagwörter; sie kommen mit der nächsten Änderung des Textes: `three`, `term`

### Zurückgezogen

- `two`: And then?
  - Merged.
  - Ersetzt durch „What is one?“.

### Was du tun solltest

- Importiere den neuen Stapel über den alten: *Datei → Importieren*.
- Was du gelernt hast, bleibt, und keine Karte kommt doppelt.
- Bei geänderten Notizen werden deine eigenen Änderungen und Schlagwörter ersetzt: Kopiere vor \
dem Importieren, was du behalten willst.
- Zurückgezogene Karten bleiben, bis du sie löschst: Suche nach `tag:test::retired`.
"""


def _in(language: str, text: str) -> str:
    return text.replace("title: Test deck", f"title: Test deck, language: {language}")


def test_learners_read_them_in_the_language_of_the_bank(
    write_bank: Callable[..., str],
) -> None:
    old = snapshot(
        prep_export.load_bank(write_bank(_in("de-AT", FIRST), header=False)), Images(".")
    )
    bank = prep_export.load_bank(write_bank(_in("de-AT", RELEASE), header=False))
    assert render_markdown(against(old, bank), bank) == IN_GERMAN


def _every_kind() -> Difference:
    def change(kind: Kind, **more: Any) -> Change:
        return Change(kind, f"the-{kind}", "Titel", **more)

    markup = (FieldChange("Back", "ja", "ja"),)
    changes = (
        change("deck-renamed", fields=(FieldChange("Deck", "Alt", "Neu"),)),
        *(change("cards-lost"), change("added"), change("changed", fields=markup)),
        *(change("raised"), change("returned", detail=REPLACES)),
        change("retired", replaced_by="neu"),
        *(change("waiting") for _ in range(22)),
        *(change("moved"), change("look-changed")),
    )
    return Difference(changes, 5, since="v1.0", retired_tag="test::retired")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_all_that_learners_read(language: str) -> None:
    bank = replace(EMPTY, header=replace(EMPTY.header, language=language))
    every = _every_kind()
    sound = replace(every, changes=tuple(one for one in every.changes if one.severity == "note"))
    shown = render_markdown(every, bank) + render_markdown(sound, bank)
    for_learners = re.sub(r"### Before you publish.*?(?=\n### )", "", shown, flags=re.DOTALL)
    assert "{" not in shown
    table, english = labels(language), labels("en")
    names = [name for name in table if name.startswith("release-")]
    for name in {*names, "replaced-by"} - {"release-unchanged", "release-import-first"}:
        for piece in re.split(r"\{\w+\}", table[name]):
            assert piece in for_learners, name
    for name in names if language != "en" else ():
        longest = max(re.split(r"\{\w+\}", english[name]), key=len)
        assert not re.search(rf"\b{re.escape(longest.strip())}\b", for_learners), name


def test_a_label_of_the_author_is_text_and_keeps_what_it_has_a_place_for() -> None:
    own = {"release-retired": "Gone & *done*", "release-stay": "Search: {search}, {other}"}
    bank = replace(EMPTY, header=replace(EMPTY.header, labels=own))
    shown = render_markdown(_every_kind(), bank)
    assert "### Gone \\& \\*done\\*\n" in shown
    assert "\n- Search: `tag:test::retired`, other\n" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_menus_are_called_as_anki_calls_them(language: str) -> None:
    lang = pytest.importorskip(
        "anki.lang", reason="the official backend has no wheel for this machine"
    )
    lang.set_lang({"pt": "pt-BR", "zh": "zh-CN"}.get(language, language))
    try:
        words = lang.tr_legacyglobal
        entries = (
            ("import", words.qt_accel_file(), words.qt_accel_import()),
            ("empty", words.qt_accel_tools(), words.qt_misc_empty_cards()),
        )
    finally:
        lang.set_lang("en")
    for name, *path in entries:
        plain = [re.sub(r"\s*\(&.\)|&|\s*(\.\.\.|…)$", "", word) for word in path]
        assert labels(language)[f"release-{name}-menu"] == " → ".join(plain)


def test_where_nothing_has_changed_there_is_nothing_to_do(notes: Notes) -> None:
    assert notes(FIRST) == "**Unchanged: 6**\n"


def test_what_must_not_break_stands_above_all_for_the_author(notes: Notes) -> None:
    shown = notes(FIRST.replace(TWO, "").replace("More.", "Less."))
    assert shown.startswith(
        "**Unchanged: 5 · 1 error: see below**\n\n### Before you publish\n\n"
        "- **error** `two`: And then?\n"
        "  - not in the bank any more, and not retired: it stays with all who have it\n"
        "  - remedy: list it under 'retired', or put it back\n"
    )
    assert notes(FIRST.replace("{{c2::B}}", "{{c3::B}}")).count("**warning**") == 1


def test_notes_of_a_bank_with_another_id_are_not_called_unchanged() -> None:
    renamed = Change("bank-renamed", "better", "Test")
    shown = render_markdown(Difference((renamed,), 6), EMPTY)
    assert shown.startswith("**With the same text, yet new to every learner: 6 · 1 error: see")


def test_a_promise_is_made_only_where_it_is_kept(notes: Notes) -> None:
    promise = "What you have learned stays"
    assert promise in notes(FIRST.replace("More.", "Less."))
    assert promise not in notes(FIRST.replace("id: two", "id: too"))
    assert promise not in notes(FIRST.replace("{{c2::B}}", "{{c3::B}}"))


def test_a_renamed_deck_is_to_be_renamed_by_learners_first(notes: Notes) -> None:
    shown = notes(FIRST.replace("title: Test deck", "title: Better deck"))
    what_to_do = shown.partition("### What you should do\n\n")[2]
    assert what_to_do.startswith(
        "- First rename your deck **Test deck** to **Better deck**; else new cards come into "
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FIRST.replace("{{c2::B}}", "{{c3::B}}"), "*Tools → Empty Cards*"),
        (FIRST.replace("title: Test deck", "title: Test deck, css: 'a {top: 0}'"), "look new"),
    ],
)
def test_what_else_learners_should_do_is_said_where_it_is_so(
    notes: Notes, text: str, line: str
) -> None:
    assert line in notes(text)
    assert line not in notes(FIRST.replace("More.", "Less."))


def test_the_first_release_is_imported_not_imported_over(write_bank: Callable[..., str]) -> None:
    bank = prep_export.load_bank(write_bank(FIRST, header=False))
    shown = render_markdown(against(nothing(bank), bank), bank)
    assert shown.startswith("**New: 6**\n")
    assert shown.endswith("### What you should do\n\n- Import the deck: *File → Import*.\n")


def test_text_of_a_bank_is_no_markup_of_the_notes(notes: Notes) -> None:
    shown = notes(
        FIRST.replace("More.", "'A <b>bold</b> &amp; #1 | @all, recall@k é@ada `@bob'").replace(
            "And then?", "Then_?"
        )
    )
    assert r"**A \<b\>bold\</b\> \& \#1 \| @<!-- -->all, recall@k é@<!-- -->ada " in shown
    assert r"\`@<!-- -->bob" in shown
    assert r"`two`: Then\_?" in shown


def test_spaces_of_print_in_a_text_stay_and_what_hides_is_seen() -> None:
    title = "Quoi\u202f? 何\u3000か \u200e\x07"
    shown = render_markdown(Difference((Change("added", "x", title),), 1), EMPTY)
    assert "- `x`: Quoi\u202f? 何\u3000か \\\\u200e\\\\u0007\n" in shown


def _many(count: int, letters: int) -> Difference:
    changes = [
        Change(kind, f"item-{n}", "Title", (FieldChange("Back", "x" * letters, "y" * letters),))
        for kind in ("added", "changed", "retired")
        for n in range(count)
    ]
    return Difference(tuple(changes), 1)


def test_long_lists_are_folded(notes: Notes) -> None:
    assert "<details>" not in notes(RELEASE)
    shown = render_markdown(_many(30, 10), EMPTY)
    assert shown.count("<details><summary>30</summary>\n\n- `item-0`") == 3
    assert shown.count("\n\n</details>\n") == 3


@pytest.mark.parametrize(("count", "letters"), [(3_000, 5), (50, 3_000), (2, 40_000)])
def test_notes_fit_into_a_comment_whatever_has_changed(count: int, letters: int) -> None:
    shown = render_markdown(_many(count, letters), EMPTY)
    assert len(shown) <= 65_536
    assert shown.startswith(f"**New: {count} · Changed: {count} · Retired: {count} · ")
    named = len(re.findall(r"^- `item-\d+`", shown, re.MULTILINE))
    left_out = sum(int(n) for n in re.findall(r"… and (\d+) more", shown))
    assert named + left_out == 3 * count
