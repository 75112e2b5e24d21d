"""The loader: text stays text, every fault has its place, nothing raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep_export.bank.read import composer
from prep_export.bank.read.composer import compose
from prep_export.bank.read.lists import entries
from prep_export.findings.places import locate
from prep_export.reading import Reading, read_bank
from tests.conftest import HEADER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[..., Reading]


def test_every_scalar_stays_what_the_author_typed() -> None:
    data, faults = compose("a: no\nb: 1.10\nc: 2024-01-01\nd: null\ne: 0x1F\nf: ~\ng:\n")
    assert faults == []
    assert data == {
        "a": "no",
        "b": "1.10",
        "c": "2024-01-01",
        "d": "null",
        "e": "0x1F",
        "f": "~",
        "g": "",
    }


def test_aliases_repeat_their_node() -> None:
    data, faults = compose("a: &x [1, 2]\nb: *x\n")
    assert not faults
    assert data == {"a": ["1", "2"], "b": ["1", "2"]}


def test_an_anchor_may_stand_on_a_key() -> None:
    # Case HMQ5 of the YAML test suite.
    data, faults = compose('!!str &a1 "foo":\n  !!str bar\n&a2 baz : *a1\n')
    assert faults == []
    assert data == {"foo": "bar", "baz": "foo"}


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("question: What is C #5 about?", "#5 about?"),
        ("question: What is C  #5 about?", "#5 about?"),
        ("question: Why use # in Python?", "# in Python?"),
        ("question: Why?  # after review", ""),
        ("question: Why?  #", ""),
        ("question: 'What is C' #5 about?", ""),
        ("question: What is C#5 about?", ""),
        ("question: |\n      What is C #5 about?", ""),
        ("key_points: [one, two] #5", ""),
        ("key_points:\n      - Knows C #5", "#5"),
        ("difficulty: hard # after review", ""),
        ("related: #5\n      - two", ""),
        ("question: &c What is C?", "&c"),
        ("question: &c What is C?\n    answer: *c", ""),
        ("kind: &k design", ""),
    ],
)
def test_what_yaml_takes_of_a_text_is_told(read: Read, line: str, lost: str) -> None:
    fields = {"id": "one", "topics": "[rag]", "question": "Why?", "answer": "So."}
    rest = "".join(f"    {k}: {v}\n" for k, v in fields.items() if f"{k}:" not in line)
    two = "  - {id: two, topics: [rag], question: Another?, answer: Yes.}\n"
    found = read(f"questions:\n  - {line}\n{rest}{two}").findings
    marked = [
        (f.code, (f.location.excerpt or "")[f.location.column - 1 : f.location.end_column - 1])
        for f in found
    ]
    assert marked == ([("lost-text", lost)] if lost else [])
    assert all(f.hint.startswith("write ") for f in found)


def test_a_comment_after_nothing_is_a_comment(read: Read) -> None:
    (found,) = read(QUESTION.replace("An answer.", "# to be written")).findings
    assert (found.code, found.message) == ("empty-text", "'answer' is empty")


def test_pure_python_parser_builds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + QUESTION + "patterns: &p [{a: 'x', b: [1, {c: d}]}, *q]\n".replace(", *q", "")
    fast = compose(text)
    import yaml

    monkeypatch.setattr(composer, "Loader", yaml.SafeLoader)
    assert compose(text) == fast


def test_positions_are_found_for_keys_and_values() -> None:
    text = "a:\n  - b: one\n    c: two\n"
    found = locate(text, {("a", 0, "c")})
    extent = found["a", 0, "c"]
    assert extent.key is not None
    assert text[slice(*extent.key)] == "c"
    assert text[slice(*extent.value)] == "two"


FAULTS = {
    "duplicate-key": ("bank: {id: a, title: b}\nbank: {id: c, title: d}\n", 2, 1),
    "unknown-tag": ("bank: {id: a, title: !!python/name:os.system x}\n", 1, 22),
    "complex-key": ("? [a, b]\n: c\n", 1, 3),
    "recursive-alias": ("a: &x [1, *x]\n", 1, 11),
    "several-documents": ("a: b\n---\nc: d\n", 2, 1),
    "yaml-syntax": ("a: [1, 2\nb: c\n", 1, 4),
    "unknown-section": ("bank: {id: a, title: b}\nqestions: []\n", 2, 1),
    "expected-mapping": ("- a\n- b\n", 1, 1),
    "empty-file": ("# nothing\n", 1, 1),
}


@pytest.mark.parametrize(("code", "text", "line", "column"), [(c, *f) for c, f in FAULTS.items()])
def test_a_fault_names_its_place(read: Read, code: str, text: str, line: int, column: int) -> None:
    found = [d for d in read(text, header=False).findings if d.code == code]
    assert found, code
    assert (found[0].location.line, found[0].location.column) == (line, column)


def test_a_tab_gets_a_remedy(read: Read) -> None:
    (found,) = read("a:\n\tb: c\n", header=False).findings
    assert found.code == "yaml-syntax"
    assert "tabs" in found.hint


def test_an_alias_bomb_stops_early(read: Read) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    codes = {d.code for d in read("\n".join(lines), header=False).findings}
    assert "alias-expansion" in codes


def test_deep_nesting_stops_early(read: Read) -> None:
    codes = {d.code for d in read("a: " + "[" * 10_000, header=False).findings}
    assert codes == {"too-deep"}


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"a: b\nc: \xff\n", "not-utf8", 2, 4),
        ("a: b\n".encode("utf-16"), "not-utf8", 1, 1),
        (b"a: b\nc: x\x00y\n", "control-character", 2, 5),
        (b"a: b\nc: \x1b[31m\n", "control-character", 2, 4),
        (b"", "empty-file", 1, 1),
    ],
)
def test_bytes_that_are_no_text_are_named(
    tmp_path: Path, content: bytes, code: str, line: int, column: int
) -> None:
    path = tmp_path / "bank.yaml"
    path.write_bytes(content)
    (found,) = read_bank(str(path)).findings
    assert (found.code, found.location.line, found.location.column) == (code, line, column)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEADER + QUESTION).encode())
    assert read_bank(str(path)).findings == ()


def test_an_oversize_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prep_export.bank.read.files.MAX_FILE_BYTES", 10)
    path = tmp_path / "bank.yaml"
    path.write_text(HEADER)
    assert [d.code for d in read_bank(str(path)).findings] == ["file-too-large"]


def test_missing_and_empty_folders_are_named(tmp_path: Path) -> None:
    assert [d.code for d in read_bank(str(tmp_path / "no.yaml")).findings] == ["unreadable-file"]
    assert [d.code for d in read_bank(str(tmp_path)).findings] == ["no-bank-files"]


def test_files_of_a_folder_are_merged_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.yaml").write_text(HEADER + QUESTION)
    (tmp_path / "sub" / "b.yml").write_text(QUESTION.replace("one", "two").replace("What", "Who"))
    (tmp_path / ".hidden.yaml").write_text("nonsense: [")
    reading = read_bank(str(tmp_path))
    assert reading.findings == ()
    assert reading.bank is not None
    assert [q.id for q in reading.bank.questions] == ["one", "two"]


def test_all_errors_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEADER + QUESTION.replace("[rag]", "[rga]"))
    (tmp_path / "b.yaml").write_text("faqs:\n  - id: F\n    topics: [rag]\n    question: Q?\n")
    codes = [d.code for d in read_bank(str(tmp_path)).findings]
    assert {"unknown-topic", "malformed-id", "missing-field"} <= set(codes)


_words = st.sampled_from(
    [
        "bank",
        "questions",
        "topics",
        "id",
        "answer",
        ":",
        "- ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "|",
        ">",
        "'",
        '"',
        "!!str ",
        "!x ",
        "---",
        "#",
        "\t",
        "$x$",
        "{{c1::",
        "}}",
        "é",
        "\u2028",
    ]
)


@given(
    st.one_of(
        st.binary(max_size=400), st.lists(_words, max_size=80).map(lambda w: "".join(w).encode())
    )
)
def test_any_bytes_give_a_bank_or_findings(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "bank.yaml"
    path.write_bytes(content)
    reading = read_bank(str(path))
    assert reading.bank is not None or reading.has_errors
    for found in reading.findings:
        assert found.location.line >= 1
        assert found.location.column >= 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cards, review", ["cards", "review"]),
        ("cards; review,", ["cards", "review"]),
        ("• one • two", ["one", "two"]),
        ("– one – two – three", ["one", "two", "three"]),
        ("- one - or so\n- two", ["one - or so", "two"]),
        ("1. one of 2. two 4. x 3. three", ["one of", "two 4. x", "three"]),
        ("1) one 2. x 2) two", ["one 2. x", "two"]),
        ("2. two", ["2. two"]),
        ("one", ["one"]),
    ],
)
def test_a_list_written_as_text_is_taken_apart(typed: str, meant: list[str]) -> None:
    assert entries(typed, str.strip) == meant


def test_a_comma_in_prose_parts_no_entries() -> None:
    assert entries("one, two", None) == ["one, two"]
