"""A package is somebody's file: whatever is in it, reading ends soon, with a result or one line."""

from __future__ import annotations

import json
import struct
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.errors import PackageError
from prep_export.exporters.anki import protobuf, read
from prep_export.exporters.anki.read import media_reader, read_package

from .conftest import QUESTION
from .support.packages import altered, basic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return basic(tmp_path / "theirs.apkg")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def imported(package: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The entries of a bank made of a package, and what was left."""
    folder = package.with_name("bank")
    made = prep_export.import_package(package, folder)
    data: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        data |= yaml.safe_load(path.read_text("utf-8"))
    return data, made.left


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"
COLUMNS = "(id, guid, mid, mod, tags, flds)"
NOTES = "x AS id, x AS guid, 1 AS mid, 1 AS mod, '' AS tags, 'a' AS flds"


@pytest.mark.long
@pytest.mark.parametrize(
    ("sql", "table"),
    [
        (["DROP TABLE cards", "CREATE VIEW cards AS " + ENDLESS.format("x nid, x did, x ord")],
         "cards"),
        (["DROP TABLE notes", "CREATE VIEW notes AS " + ENDLESS.format(NOTES)], "notes"),
        (["DROP TABLE notes", "CREATE VIRTUAL TABLE notes USING fts4" + COLUMNS], "notes"),
        (["DROP TABLE notes", "CREATE TABLE notes (id, guid, mid, mod, tags, flds AS (id))"],
         "notes"),
        (["DROP TABLE notes"], "notes"),
        (["ALTER TABLE notes RENAME COLUMN flds TO fields"], "notes"),
    ],
    ids=["endless cards", "endless notes", "virtual", "generated", "absent", "without a column"],
)  # fmt: skip
def test_only_tables_are_read(package: Path, sql: list[str], table: str) -> None:
    altered(package, sql)
    with pytest.raises(PackageError, match=f"no table '{table}' such as Anki's"):
        read_package(package)


@pytest.mark.long
@pytest.mark.parametrize(
    ("sql", "value", "what"),
    [
        ("UPDATE notes SET mod = ?", float("inf"), "notes"),
        ("UPDATE notes SET mod = ?", "soon", "notes"),
        ("UPDATE notes SET flds = ?", b"x", "notes"),
        ("UPDATE notes SET tags = ?", b"x", "notes"),
        ("UPDATE notes SET mid = ?", "x", "notes"),
        ("UPDATE cards SET ord = ?", "x", "cards"),
        ("UPDATE col SET decks = ?", '{"1": {"name": 5}}', "decks"),
        ("UPDATE col SET decks = ?", "[]", "decks"),
        ("UPDATE col SET decks = ?", "[" * 100_000, "decks"),
        ("UPDATE col SET models = ?", "{", "note types"),
        ("UPDATE col SET models = ?", '{"1": null}', "note types"),
        ("UPDATE col SET models = ?", '{"1": {"flds": 5}}', "note types"),
        ("DELETE FROM col WHERE 1 = ?", 1, "note types"),
    ],
)
def test_a_value_that_anki_would_not_write_is_said_as_people_say_it(
    package: Path, sql: str, value: object, what: str
) -> None:
    altered(package, [sql], values=(value,))
    done = run("import", str(package), "-o", str(package.with_name("bank")))
    assert done.exit_code == 1
    assert done.stderr == (
        f"error: '{package}' cannot be read: its {what} are not as Anki writes them\n"
    )
    assert not package.with_name("bank").exists()


@pytest.mark.parametrize("modified", ["Infinity", "NaN", '"x"'])
def test_a_note_type_without_a_time_is_refused(package: Path, modified: str) -> None:
    (models,) = sqlite_row(package, "SELECT models FROM col")
    kinds = json.loads(models)
    for kind in kinds.values():
        kind["mod"] = "TIME"
    altered(
        package,
        ["UPDATE col SET models = ?"],
        values=(json.dumps(kinds).replace('"TIME"', modified),),
    )
    with pytest.raises(PackageError, match="its note types are not as Anki writes them"):
        read_package(package)


def sqlite_row(package: Path, query: str) -> Any:
    from .support.packages import rows

    return rows(package, query)[0]


def test_too_many_notes_are_refused(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_NOTES", 0)
    with pytest.raises(PackageError, match="more than 0 notes"):
        read_package(package)


def test_too_many_cards_are_refused(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_CARDS", 0)
    with pytest.raises(PackageError, match="more than 0 cards"):
        read_package(package)


def test_a_note_of_twenty_megabytes_is_refused(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MAX_TEXT", 17 * 1024**2)  # where SQLite's own limit cannot be set
    altered(package, ["UPDATE notes SET flds = hex(zeroblob(10000000))"])
    with pytest.raises(PackageError, match=r"too large|MiB of text"):
        read_package(package)


def test_many_large_notes_are_refused(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_TEXT", 5 * 1024**2)
    row = "1000 + value, value, 1, 1, 0, '', hex(zeroblob(400000)), '', 0, 0, ''"
    series = "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 10)"
    altered(package, [f"INSERT INTO notes SELECT {row} FROM {series} SELECT value FROM n)"])
    with pytest.raises(PackageError, match="over 5 MiB of text"):
        read_package(package)


def test_an_endless_query_is_interrupted(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_MAX_STEPS", 0)
    monkeypatch.setattr(read, "_STEPS_AT_ONCE", 1)
    with pytest.raises(PackageError, match="made to take for ever"):
        read_package(package)


# The archive


@pytest.mark.long
def test_a_media_map_of_a_gigabyte_is_not_unpacked(package: Path) -> None:
    altered(package, media=b" " * 100_000_000)
    tracemalloc.start()
    with pytest.raises(PackageError, match="'media' in the package unpacks to more than 8 MiB"):
        read_package(package)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024**2


def test_a_picture_too_large_for_a_bank_is_listed_and_not_unpacked(package: Path) -> None:
    altered(
        package,
        ["UPDATE notes SET flds = 'What?' || char(31) || 'That <img src=\"x.png\">'"],
        {"0": "x.png"},
        {"0": bytes(30_000_000)},
    )
    data, left = imported(package)
    assert data["questions"][0]["answer"] == "That"
    assert "'0' in the package unpacks to more than 20 MiB" in left
    assert any("a picture that is not in the package" in line for line in left)
    assert list(package.with_name("bank").rglob("*.png")) == []


@pytest.mark.parametrize(
    ("flag", "method", "message"),
    [(1, 0, "is encrypted"), (0, 99, "is packed by a method that Anki does not use")],
)
def test_an_encrypted_picture_is_one_line(
    package: Path, flag: int, method: int, message: str
) -> None:
    altered(
        package,
        ["UPDATE notes SET flds = 'What?' || char(31) || 'That <img src=\"x.png\">'"],
        {"0": "x.png"},
        {"0": b"content"},
    )
    data = bytearray(package.read_bytes())
    at = data.rindex(b"PK\x01\x02")  # the last member of the directory at the archive's end
    struct.pack_into("<HH", data, at + 8, flag, method)
    package.write_bytes(data)
    _, left = imported(package)
    assert f"'0' in the package {message}" in left


def test_an_unknown_packing_of_the_collection_is_one_line(package: Path) -> None:
    made = package.with_name("lzma.apkg")
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as new:
        new.writestr("collection.anki2", old.read("collection.anki2"))
    with pytest.raises(PackageError, match="packed by a method that Anki does not use"):
        read_package(made)


def test_a_list_of_many_media_files_is_refused() -> None:
    with pytest.raises(ValueError, match="too many values"):
        protobuf.decode(b"\x0a\x00" * (protobuf.MAX_VALUES + 1))


def test_a_media_file_that_is_named_and_absent_is_one_line(package: Path) -> None:
    altered(package, media={"7": "x.png"})
    found = read_package(package)
    with media_reader(found) as content, pytest.raises(PackageError, match="'7' is not in the"):
        content("x.png", 10)


# Fields

SECONDS = 10  # of this process, however busy the machine; each takes under one
DEEP = {
    "divs": "<div>" * 20_000,
    "lists": "<ul><li>" * 3_000,
    "quotations": "<blockquote>" * 2_000,
    "bold": "<b>" * 50_000,
    "cells": "<table><tr>" + "<td>x" * 500,
    "a hundred levels": "<div>" * 100 + "words",
}
WIDE = {
    "brackets": "<" * 1_000_000,
    "open tags": "<a" * 500_000,
    "formulas": "\\(" * 500_000,
    "code": "<code>" * 150_000,
    "old formulas": "[$]" * 300_000,
    "closed formulas": "\\(x\\)" * 30_000,
    "sounds": "[sound:" * 28_000,
    "latex": "[latex]" * 28_000,
    "entities": "&#" + "9" * 10_000 + ";",
    "digits": "9" * 199_000,
    "spaces": " " * 199_000 + "x",
    "spaces in code": "<pre>x" + " " * 199_000 + "x</pre>",
    "blank lines in code": "<pre>" + "\n" * 199_000 + "x</pre>",
    "ampersands": "&" * 199_000,
    "brackets in bold": "a<b>x" + "(" * 199_000 + "x</b>a",
    "numbers": "<ol>" + "<li>x</li>" * 2_000 + "</ol>",
    "breaks": "<br>" * 4_900 + "x",
    "comments": "<!--" * 40_000,
    "declarations": "<![" * 60_000,
    "links": "](" * 90_000,
    "stars": "*" * 199_000,
    "bold beside bold": "<b>x</b>" * 2_400,
}


@pytest.mark.long
@pytest.mark.parametrize("html", {**DEEP, **WIDE}.values(), ids=[*DEEP, *WIDE])
def test_a_field_that_is_made_to_take_for_ever_takes_no_time(html: str, tmp_path: Path) -> None:
    package = basic(tmp_path / "x.apkg", ("What?", f"That. {html}"), ("Other?", "Other."))
    start = time.process_time()
    data, left = imported(package)
    assert time.process_time() - start < SECONDS
    assert [q["answer"][:5] for q in data["questions"]][-1] == "Other"
    if len(html) > 200_000:
        assert "'What?', Back: more than 200,000 characters: left out" in left
        assert any("left out" in line and "no question, or no answer" in line for line in left)
    else:
        assert "That" in data["questions"][0]["answer"]


def test_what_is_nested_too_deep_keeps_its_words(tmp_path: Path) -> None:
    package = basic(tmp_path / "x.apkg", ("What?", "<div>" * 100 + "words &lt; <b>more"))
    data, left = imported(package)
    assert data["questions"][0]["answer"] == "words \\< more"
    assert any("its layout (over 5,000 tags, 80 of them nested, or broken)" in x for x in left)


# Nothing to import


def test_a_package_that_gives_no_entry_writes_no_bank(package: Path) -> None:
    altered(package, ["DELETE FROM notes"])
    done = run("import", str(package), "-o", str(package.with_name("bank")))
    assert done.exit_code == 1
    assert done.stderr == f"error: no note of '{package}' can be carried (it has none)\n"
    assert not package.with_name("bank").exists()
    assert [p.name for p in package.parent.iterdir()] == [package.name]


def test_notes_without_fields_write_no_bank(package: Path) -> None:
    altered(package, ["UPDATE notes SET flds = ''"])
    with pytest.raises(PackageError, match="no question, or no answer"):
        prep_export.import_package(package, package.with_name("bank"))


# What a package says to a terminal

EVIL = "a\x1b]0;owned\x07\x1b[2J\n::set-output name=x::y\u202e.png"


def test_names_from_a_package_cannot_drive_a_terminal_or_a_ci_run(package: Path) -> None:
    (models,) = sqlite_row(package, "SELECT models FROM col")
    kinds = json.loads(models)
    for kind in kinds.values():
        for number, field in enumerate(kind["flds"]):
            field["name"] = f"F{number}{EVIL}"
    statements = [
        "UPDATE col SET models = ?",
        "UPDATE notes SET flds = 'Q' || char(27) || '[2J?' || char(31) || 'A <u>x</u>'",
    ]
    altered(package, statements, {"0": EVIL}, {"0": b""}, (json.dumps(kinds),))
    done = run("import", str(package), "-o", str(package.with_name("bank")), "--verbose")
    assert done.exit_code == 0, done.output
    assert "\\u001b" in done.stderr
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert not any(line.startswith("::") for line in done.stderr.splitlines())


def test_a_previous_package_cannot_drive_a_terminal(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    bank = write_bank(QUESTION)
    target = tmp_path / "old.apkg"
    prep_export.export(prep_export.load_bank(bank), "anki", target)
    altered(target, ["UPDATE notes SET flds = replace(flds, 'What', char(27) || '[2J'), tags = ?"],
            values=(f" test::section::questions x{chr(27)}y ",))  # fmt: skip
    for form in ([], ["--markdown"]):
        done = run("diff", str(target), bank, *form)
        assert "\\u001b" in done.stdout
        assert "\x1b" not in done.stdout


def test_a_huge_field_of_a_previous_package_is_compared_soon(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    bank = write_bank(QUESTION.replace("An answer.", "A " + "word " * 9_000))
    target = tmp_path / "old.apkg"
    prep_export.export(prep_export.load_bank(bank), "anki", target)
    altered(target, ["UPDATE notes SET flds = replace(flds, 'word ', 'sword <')"])
    start = time.process_time()
    assert "Changed" in run("diff", str(target), bank).stdout
    assert time.process_time() - start < SECONDS


@pytest.mark.long
def test_a_damaged_package_never_gives_a_traceback(package: Path) -> None:
    """Bytes of the collection changed at many places, as `import` meets them."""
    whole = package.read_bytes()
    for number in range(20):
        data = bytearray(whole)
        at = (number * 7919) % len(data)
        data[at] ^= 0xFF
        package.write_bytes(data)
        folder = package.with_name(f"bank-{number}")
        done = run("import", str(package), "-o", str(folder))
        assert done.exit_code in {0, 1}, (at, done.output, done.exception)
        assert done.exit_code == 0 or done.stderr.startswith("error: ")
