"""A difference as Markdown: what learners read of a release, and reviewers of a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.exporters.anki.compare import Change, Difference, FieldChange, against
from prep_export.exporters.anki.release_notes import render_markdown
from prep_export.exporters.anki.snapshot import nothing, snapshot
from prep_export.markdown.images import Images

from .test_updates import ADDED, FIRST, GONE, TWO

if TYPE_CHECKING:
    from collections.abc import Callable

    Notes = Callable[[str], str]


@pytest.fixture
def notes(write_bank: Callable[..., str]) -> Notes:
    """The release notes of a bank that follows the first one."""
    old = snapshot(prep_export.load_bank(write_bank(FIRST, header=False)), Images("."))

    def make(text: str) -> str:
        bank = prep_export.load_bank(write_bank(text, header=False))
        return render_markdown(against(old, bank))

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
**2 new notes, 1 changed, 1 retired, 2 with other topics or tags; 2 unchanged.**

### New

- `one/d`: Not all
- `four`: What now?

### Changed

- `one`: What is one?
  - Back: ~~An~~ **A better** answer.
- Other topics or tags, which come with the next change of the text: `three`, `term`

### Retired

- `two`: And then?
  - Merged. (replaced by 'one')

### What you should do

- Import the new deck over the old one: *File → Import*. What you have learned stays, and \
no card comes twice.
- On notes that have changed, your own edits and tags are replaced: copy before you \
import what you want to keep.
- Retired cards stay until you delete them: search for `tag:test::retired` in the browser.
"""


def test_release_notes_are_counts_what_is_new_changed_and_retired_and_what_to_do(
    notes: Notes,
) -> None:
    assert notes(RELEASE) == SHOWN


def test_where_nothing_has_changed_there_is_nothing_to_do(notes: Notes) -> None:
    assert notes(FIRST) == "**No note has changed; there are 6.**\n"


def test_what_must_not_break_stands_above_all_for_the_author(notes: Notes) -> None:
    shown = notes(FIRST.replace(TWO, "").replace("More.", "Less."))
    assert shown.startswith(
        "**5 notes unchanged. 1 error: see below.**\n\n### Before you publish\n\n"
        "- **error** `two`: And then?\n"
        "  - not in the bank any more, and not retired: it stays with all who have it\n"
        "  - remedy: list it under 'retired', or put it back\n"
    )
    assert notes(FIRST.replace("{{c2::B}}", "{{c3::B}}")).count("**warning**") == 1


def test_notes_of_a_bank_with_another_id_are_not_called_unchanged() -> None:
    renamed = Change("bank-renamed", "better", "Test")
    shown = render_markdown(Difference((renamed,), 6))
    assert shown.startswith("**6 notes with the same text, yet new to every learner. 1 error")


def test_a_promise_is_made_only_where_it_is_kept(notes: Notes) -> None:
    promise = "What you have learned stays"
    assert promise in notes(FIRST.replace("More.", "Less."))
    assert promise not in notes(FIRST.replace("id: two", "id: too"))
    assert promise not in notes(FIRST.replace("{{c2::B}}", "{{c3::B}}"))


def test_a_renamed_deck_is_to_be_renamed_by_learners_first(notes: Notes) -> None:
    shown = notes(FIRST.replace("title: Test deck", "title: Better deck"))
    what_to_do = shown.partition("### What you should do\n\n")[2]
    assert what_to_do.startswith(
        "- First rename your deck 'Test deck' to 'Better deck'; else new cards come into a second "
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
    shown = render_markdown(against(nothing(bank), bank))
    assert shown.startswith("**6 new notes; 0 unchanged.**\n")
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


def _many(count: int, letters: int) -> Difference:
    changes = [
        Change(kind, f"item-{n}", "Title", (FieldChange("Back", "x" * letters, "y" * letters),))
        for kind in ("added", "changed", "retired")
        for n in range(count)
    ]
    return Difference(tuple(changes), 1)


def test_long_lists_are_folded(notes: Notes) -> None:
    assert "<details>" not in notes(RELEASE)
    shown = render_markdown(_many(30, 10))
    assert shown.count("<details><summary>30</summary>\n\n- `item-0`") == 3
    assert shown.count("\n\n</details>\n") == 3


@pytest.mark.parametrize(("count", "letters"), [(3_000, 5), (50, 3_000), (2, 40_000)])
def test_notes_fit_into_a_comment_whatever_has_changed(count: int, letters: int) -> None:
    shown = render_markdown(_many(count, letters))
    assert len(shown) <= 65_536
    assert shown.startswith(f"**{count:,} new notes, {count:,} changed, {count:,} retired;")
    named = len(re.findall(r"^- `item-\d+`", shown, re.MULTILINE))
    left_out = sum(int(n.replace(",", "")) for n in re.findall(r"… and ([\d,]+) more", shown))
    assert named + left_out == 3 * count
