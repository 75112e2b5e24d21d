"""Banks with faults where nobody looks first: one finding each, at its place, and no traceback."""

from __future__ import annotations

import random
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import prep_export
from prep_export.bank.model import Header, Topic
from prep_export.bank.read.fault import WrongValueError
from prep_export.bank.read.sections import ENTRY_TYPES
from prep_export.bank.read.shape import value_of

from .conftest import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.reading import Reading

    Read = Callable[..., Reading]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'


def png(width: int = 1, height: int = 1) -> bytes:
    """A grey picture; only its head is true where it claims to be larger."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0\x80" * min(height, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# Shapes


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("sections: ", "expected-mapping"),
        ("sections: x", "expected-mapping"),
        ("sections: []", "expected-mapping"),
        ("sections: {nope: x}", "unknown-value"),
        ("labels: {nope: x}", "unknown-value"),
        ("labels: x", "expected-mapping"),
        ("deck: " + "x" * 300, "too-long-value"),
        ("pdf: {fonts: {}}", "expected-list"),
    ],
)
def test_a_malformed_header_is_a_finding(read: Read, header: str, code: str) -> None:
    text = f"bank:\n  id: t\n  title: T\n  {header}\ntopics: {{rag: R}}\n{QUESTION}"
    found = read(text, header=False).findings
    assert [(f.code, f.location.line) for f in found] == [(code, 4)]
    assert "[key]" not in found[0].message


def test_an_unknown_key_of_a_mapping_is_marked_itself(read: Read) -> None:
    text = f"bank: {{id: t, title: T, sections: {{paterns: x}}}}\ntopics: {{rag: R}}\n{QUESTION}"
    (found,) = read(text, header=False).findings
    at = found.location
    assert (at.excerpt or "")[at.column - 1 : at.end_column - 1] == "paterns"
    assert "'patterns'" in found.hint


SHAPES: list[Any] = ["", "x", [], ["x"], {}, {"a": "b"}, [{}], [[]], "x" * 2_000]


@pytest.mark.long
def test_any_shape_anywhere_is_read_without_an_exception(tmp_path: Path) -> None:
    """Every node of a full bank replaced by every shape, and by nothing."""
    whole = {
        "bank": {"id": "t", "title": "T", "sections": {"faqs": "F"}, "labels": {"why": "W"},
                 "pdf": {"accent": "#000000", "fonts": ["x.ttf"], "logo": "x.svg"},
                 "style": {"drills": "1-2"}, "authors": ["A"]},
        "topics": {"rag": {"title": "R", "aliases": ["r"], "description": "D"}},
        "questions": [{"id": "q", "topics": ["rag"], "question": "Q", "answer": "A",
                       "follow_ups": [{"ask": "a", "answer": "b"}], "key_points": ["k"],
                       "sources": [{"title": "S", "year": "2017", "url": "https://a.org"}],
                       "drills": [{"id": "d", "text": "{{c1::x}}"}], "related": ["p"]}],
        "patterns": [{"id": "p", "topics": ["rag"], "title": "P", "summary": "S",
                      "diagram": {"image": "x.svg", "alt": "X"}}],
        "retired": [{"id": "old", "reason": "gone", "replaced_by": "q"}],
    }  # fmt: skip
    paths = list(_paths(whole))
    assert len(paths) > 50
    path = tmp_path / "bank.yaml"
    random.seed(1)
    for where in paths:
        for shape in random.sample(SHAPES, 2):
            path.write_text(yaml.safe_dump(_replaced(whole, where, shape)))
            reading = prep_export.read_bank(path)
            assert all(f.location.line >= 1 for f in reading.findings), (where, shape)


_PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.sampled_from(["", " ", "x", "a b", "a-b", "rag", "2017", "#0b5c8a", "#ffffff", "hard"]),
        st.sampled_from(["https://a.org", "a\nb", "1-2", "en", "cloze", "x" * 1_001, "a/b", "<b>"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "title", "text", "ask", "answer", "x"]), inner),
    ),
    max_leaves=6,
)


@pytest.mark.long
@pytest.mark.parametrize("kind", [Header, Topic, *ENTRY_TYPES.values()])
@settings(max_examples=15)
@given(data=st.data())
def test_an_entry_is_taken_if_and_only_if_nothing_is_wrong_with_it(
    kind: type, data: st.DataObject
) -> None:
    value = value_of(kind)
    names = st.sampled_from([*value.fields, *value.fields, "x"])
    plain = data.draw(st.dictionaries(names, _PLAIN, max_size=8))
    for name in value.required:
        if data.draw(st.integers(0, 9)):
            plain.setdefault(name, ["rag"] if name == "topics" else "one")
    try:
        taken = value.take(plain)
    except WrongValueError:
        taken = None
    faults = list(value.faults(plain, ()))
    assert (taken is None) == bool(faults)
    kept = value.salvage(plain)
    assert isinstance(kept, kind)
    assert taken is None or kept == taken
    assert all(fault.message and fault.hint for fault in faults)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, part in inner:
        found.append((*at, key))
        if isinstance(part, dict | list):
            found += _paths(part, (*at, key))
    return found


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], by)
    return copy


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: \xff", "not-utf8"),
        (b"a: \0", "control-character"),
        (b"[" * 60 + b"]" * 60, "too-deep"),
        (b"a: [", "yaml-syntax"),
        (b"{t,\n,", "yaml-syntax"),
        (b"- x\n", "expected-mapping"),
    ],
)
def test_what_an_unread_file_may_declare_is_not_reported_as_missing(
    tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "a.yaml").write_text("bank: {id: t, title: T}\n" + QUESTION)
    (tmp_path / "topics.yaml").write_bytes(content)
    assert [f.code for f in prep_export.read_bank(tmp_path).findings] == [code]


def test_a_section_named_by_an_alias_holds_its_entries_too(read: Read) -> None:
    text = """
    questions: &x
      - {id: one, topics: [rag], question: What?, answer: That.}
    faqs: *x
    """
    found = read(text).findings
    assert [f.code for f in found] == ["duplicate-id"]
    assert "bank.yaml:5" in found[0].hint


@pytest.mark.parametrize("escape", [r"\x1f", r"\0", r"\e", r"\uffff", r"\x85\x84"])
def test_a_control_character_comes_by_no_escape_either(read: Read, escape: str) -> None:
    (found,) = read(QUESTION.replace("An answer.", f'"An {escape} answer."')).findings
    assert (found.code, found.location.line) == ("control-character", 7)


@pytest.mark.parametrize(
    ("answer", "marked"),
    [
        (r'"$a \neq b$"', r"\n"),
        (r'"See $\theta$ and \"that\""', r"\t"),
        (r'"$\\alpha$ and \frac"', r"\f"),
    ],
)
def test_an_escape_that_eats_a_backslash_of_math_is_an_error(
    read: Read, answer: str, marked: str
) -> None:
    found = read(QUESTION.replace("An answer.", answer)).findings[0]
    at = found.location
    assert found.code == "escape-in-math"
    assert (at.excerpt or "")[at.column - 1 : at.end_column - 1] == marked


@pytest.mark.parametrize(
    "answer", [r'"$\\alpha$ and \"that\""', r'"No math\nhere"', r"'$\alpha$'", '"$x$ \\\n  y"']
)
def test_other_escapes_are_fine(read: Read, answer: str) -> None:
    assert read(QUESTION.replace("An answer.", answer)).findings == ()


def test_a_picture_may_refer_to_itself_and_link_to_the_web(tmp_path: Path) -> None:
    inner = '<defs><g id="a"/></defs><use href="#a"/><a href="https://a.org"><path fill="url(#a)"'
    svg = SVG.replace("<path", inner + "/></a><path")
    (tmp_path / "x.svg").write_text(svg)
    text = "bank: {id: t, title: T}\ntopics: {rag: R}\n" + QUESTION
    (tmp_path / "bank.yaml").write_text(text.replace("An answer.", "'![x](x.svg)'"))
    assert prep_export.read_bank(tmp_path).findings == ()


# Markdown that is easily forgotten


def test_every_markdown_text_is_checked_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("topics:\n  rag: {title: R, description: '[x](y:z)'}\n")
    (tmp_path / "b.yaml").write_text(QUESTION + "retired:\n- {id: old, reason: '![x](no.svg)'}\n")
    (tmp_path / "z.yaml").write_text("bank:\n  id: t\n  title: T\n  description: '![x](no.svg)'\n")
    found = prep_export.read_bank(tmp_path).findings
    assert [(f.location.path.rpartition("/")[2], f.location.line, f.code) for f in found] == [
        ("a.yaml", 2, "bad-link"),
        ("b.yaml", 7, "image-missing"),
        ("z.yaml", 4, "image-missing"),
    ]


def test_an_image_of_the_description_is_in_the_package(tmp_path: Path) -> None:
    from prep_export.exporters.anki.read import read_package

    (tmp_path / "x.svg").write_text(SVG)
    text = "bank: {id: t, title: T, description: '![x](x.svg)'}\ntopics: {rag: R}\n" + QUESTION
    (tmp_path / "bank.yaml").write_text(text)
    prep_export.export(prep_export.load_bank(tmp_path), "anki", tmp_path / "t.apkg")
    (name,) = read_package(tmp_path / "t.apkg").media
    import sqlite3
    import zipfile

    with zipfile.ZipFile(tmp_path / "t.apkg") as archive:
        archive.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    ((decks,),) = connection.execute("SELECT decks FROM col").fetchall()
    connection.close()
    assert f'src=\\"{name}\\"' in decks


# Pictures


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("x.svg", b"<html><p>no</p></html>", "its root is 'html'"),
        ("x.svg", b"<svg><g></svg>", "sound SVG"),
        ("x.svg", b"<!DOCTYPE svg [<!ENTITY a 'x'>]><svg>&a;</svg>", "entities"),
        ("x.svg", SVG.replace("<path", "<script>x</script><path").encode(), "holds 'script'"),
        ("x.svg", SVG.replace("<path", '<path onload="x()"').encode(), "a script ('onload')"),
        ("x.svg", SVG.replace("<path", '<use href="../y.svg#a"/><path').encode(), "'../y.svg#a'"),
        ("x.svg", SVG.replace("<path", '<image href="/etc/x.png"/><path').encode(), "'/etc/x"),
        ("x.svg", SVG.replace("<path", '<a href="javascript:x"/><path').encode(), "javascript"),
        ("x.svg", SVG.replace("<path", '<path style="fill: url(y.svg#a)"').encode(), "y.svg#a"),
        ("x.svg", SVG.replace("<path", "<style>@import 'y'</style><path").encode(), "@import"),
        ("x.svg", b"<?xml-stylesheet href='y.css'?>" + SVG.encode(), "style sheet"),
        ("x.png", png()[:-20], "cannot be opened"),
        ("x.png", png()[:8], "cannot be opened"),
        ("x.png", png(50_000, 50_000), "million pixels"),
        ("x.png", b"GIF89a", "not a PNG file"),
        ("x.jpg", b"\xff\xd8\xff" + bytes(50), "cannot be opened"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_an_error(
    tmp_path: Path, name: str, content: bytes, cause: str
) -> None:
    (tmp_path / name).write_bytes(content)
    text = "bank: {id: t, title: T}\ntopics: {rag: R}\n" + QUESTION
    (tmp_path / "bank.yaml").write_text(text.replace("An answer.", f"'![x]({name})'"))
    (found,) = prep_export.read_bank(tmp_path).findings
    assert found.code == "image-broken"
    assert cause in found.message


def test_a_sound_picture_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(png())
    text = "bank: {id: t, title: T}\ntopics: {rag: R}\n" + QUESTION
    (tmp_path / "bank.yaml").write_text(text.replace("An answer.", "'![x](x.png)'"))
    assert prep_export.read_bank(tmp_path).findings == ()


@pytest.mark.parametrize(
    ("answer", "line", "marked"),
    [
        (r"'See $a + \foo b$.'", 7, r"\foo"),
        ("|\n      Then\n\n      $$\n      a + b\n        + \\foo{c}\n      $$", 12, r"\foo"),
        ('"$k = 80% n$"', 7, "%"),
    ],
)
def test_a_fault_in_a_formula_is_marked_inside_it(
    read: Read, answer: str, line: int, marked: str
) -> None:
    (found,) = read(QUESTION.replace("An answer.", answer)).findings
    at = found.location
    assert found.code == "bad-math"
    assert at.line == line
    assert (at.excerpt or "")[at.column - 1 : at.end_column - 1] == marked


# Hints


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("rga", "rag"), ("chunkng", "chunking"), ("vektor-search", "vector-search"), ("q", "")],
)
def test_a_misspelt_word_is_met_among_thousands(wrong: str, right: str) -> None:
    from prep_export.spelling import Speller

    known = [*(f"item-{n:04}" for n in range(3_000)), "rag", "chunking", "vector-search"]
    assert Speller(known).hint(wrong) == (f"did you mean '{right}'?" if right else "")
