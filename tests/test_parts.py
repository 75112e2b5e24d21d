"""Whatever an author writes reaches every export, or the export says that it leaves it out."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from itertools import count
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import pikepdf
import pytest
import yaml

import prep_export
from prep_export.bank.model import SECTIONS, Header, Retired, Topic
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.registry import BUILT_IN, FOR_LEARNERS
from prep_export.labels import LANGUAGES, labels
from prep_export.parts import DRILL_ROWS, ROWS

from .support import paper, web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prep_export.bank.model import Bank

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'
FIXED = {
    "topics": ["rag"],
    "related": ["fa-1"],
    "kind": "design",
    "difficulty": "hard",
    "year": "2017",
    "image": "x.svg",
    "text": None,  # a drill has either this or the two others
    "language": "en",
    "style": None,
    "css": None,
    "labels": None,
    "pdf": None,
    "aliases": None,
    "replaced_by": None,
    "checks": None,
    "tags": None,
    "priority": "core",
    "drill_priority": "extra",
    "reverse": "true",
    "sheet": "true",
    "smart_quotes": None,
    "ignore": None,
    "distinct": None,
    "sections": {"patterns": None},
}


class Filler:
    """Fills every field of a model with a word of its own, and remembers which is where."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.words: dict[str, str] = {}
        """The place of each word: section, field and the fields within it."""

    def word(self, place: str) -> str:
        number = next(self._numbers)
        word = "w" + "".join(chr(97 + int(digit)) for digit in f"{number:04}")
        self.words[word] = place
        return word

    def fill(self, kind: Any, place: str) -> dict[str, Any]:
        hints = get_type_hints(kind)
        filled = {}
        for field in fields(kind):
            value = self._value(field.name, hints[field.name], f"{place}.{field.name}")
            if value is not None:
                filled[field.name] = value
        return filled

    def _value(self, name: str, hint: Any, place: str) -> Any:
        if name == "id" or place == "retired.note":
            return None
        if name == "sections":
            return {section: self.word(f"bank.sections.{section}") for section in SECTIONS}
        if name in FIXED:
            return FIXED[name]
        if name in {"url", "report"}:
            return f"https://example.org/{self.word(place)}"
        options = [o for o in get_args(hint) if o is not type(None)]
        if get_origin(hint) in {Union, UnionType}:
            (hint,) = options
        if get_origin(hint) is tuple:
            inner = get_args(hint)[0]
            if is_dataclass(inner):
                return [{**self.fill(inner, place), **self._id(inner)}]
            return [self.word(place), self.word(place)]
        assert get_origin(hint) is not Literal, f"{place} wants a value in FIXED"
        if is_dataclass(hint):
            return self.fill(hint, place)
        return self.word(place)

    @staticmethod
    def _id(kind: Any) -> dict[str, str]:
        return {"id": "d"} if "id" in kind.__dataclass_fields__ else {}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bank, dict[str, str]]:
    filler = Filler()
    data: dict[str, Any] = {
        "bank": {"id": "test", **filler.fill(Header, "bank")},
        "topics": {"rag": filler.fill(Topic, "topics")},
        "retired": [{"id": "gone", **filler.fill(Retired, "retired")}],
    }
    for name, section in SECTIONS.items():
        data[name] = [{"id": f"{name[:2]}-1", **filler.fill(section.type, name)}]
        cloze = filler.word(f"{name}.drills.text")
        why = filler.word(f"{name}.drills.why")
        drill = {"id": "c", "text": f"A {{{{c1::{cloze}}}}}.", "why": f"As {why} holds."}
        data[name][0]["drills"].append(drill)
    data["faqs"][0]["related"] = ["pa-1"]
    data["bank"].pop("deck")
    folder = tmp_path_factory.mktemp("filled")
    (folder / "x.svg").write_text(SVG)
    (folder / "bank.yaml").write_text(yaml.safe_dump(data))
    reading = prep_export.read_bank(folder)
    assert [f for f in reading.findings if f.is_error] == []
    assert reading.bank is not None
    filler.words = {w: p for w, p in filler.words.items() if p != "bank.deck"}
    return reading.bank, filler.words


def _in_package(path: Path) -> str:
    package = read_package(path)
    fields_ = [text for note in package.notes.values() for text in note.fields]
    for kind in package.note_types.values():
        fields_ += [side for texts in kind.texts for side in texts]
    import sqlite3
    import zipfile

    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", path.parent)
    with sqlite3.connect(path.parent / "collection.anki2") as connection:
        decks = connection.execute("SELECT decks FROM col").fetchone()[0]
    connection.close()
    return " ".join([*fields_, decks])


def _in_pdf(path: Path) -> str:
    with pikepdf.open(path) as document:
        said = [str(v) for v in document.docinfo.values()]
        said += [
            str(one[key])
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary)
            for key in ("/Alt", "/Title")
            if key in one
        ]
    return " ".join([paper.text(path), *said])


def _exported(bank: Bank, name: str, folder: Path) -> str:
    """All text of an export."""
    target = folder / f"x{BUILT_IN[name].suffix}"
    prep_export.export(bank, name, target)
    readers = {".apkg": _in_package, ".html": web.said, ".pdf": _in_pdf}
    readers |= dict.fromkeys((".json", ".csv"), lambda path: path.read_text("utf-8"))
    return readers[target.suffix](target)


def _left_out(place: str, leaves_out: dict[str, str]) -> bool:
    section, _, rest = place.partition(".")
    field = rest.partition(".")[0]
    role = next((row.role for row in ROWS.get(section, ()) if row.field == field), "")
    names = {section, field, role, rest.rpartition(".")[2], f"{section}.{field}"}
    return bool(names & set(leaves_out))


@pytest.mark.long
@pytest.mark.parametrize("name", BUILT_IN)
def test_every_field_is_shown_or_declared_to_be_left_out(
    filled: tuple[Bank, dict[str, str]], name: str, tmp_path: Path
) -> None:
    bank, words = filled
    exporter = BUILT_IN[name]
    shown = _exported(bank, name, tmp_path)
    lost = {
        place
        for word, place in words.items()
        if word not in shown and not _left_out(place, dict(exporter.leaves_out))
    }
    assert lost == set()


@pytest.mark.long
@pytest.mark.parametrize("name", BUILT_IN)
def test_what_is_declared_to_be_left_out_exists_and_is_left_out(
    filled: tuple[Bank, dict[str, str]], name: str, tmp_path: Path
) -> None:
    bank, words = filled
    exporter = BUILT_IN[name]
    shown = _exported(bank, name, tmp_path)
    for key in exporter.leaves_out:
        if key in {"prompt", "back-prompt", "related"}:  # no words of the author's
            continue
        assert any(
            _left_out(place, {key: ""}) and word not in shown for word, place in words.items()
        ), key


def test_our_own_deck_brings_every_field_back(
    filled: tuple[Bank, dict[str, str]], tmp_path: Path
) -> None:
    bank, words = filled
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    made = prep_export.import_package(tmp_path / "x.apkg", tmp_path / "back")
    assert made.left == ()
    text = "\n".join(p.read_text("utf-8") for p in (tmp_path / "back").glob("*.yaml"))
    header = {"description", "authors", "licence", "version", "sections"}
    lost = {
        place
        for word, place in words.items()
        if word not in text
        and not _left_out(place, dict(BUILT_IN["anki"].leaves_out))
        and not (place.startswith("bank.") and place.split(".")[1] in header)
    }
    assert lost == set()


def test_every_field_that_an_item_shows_has_a_row() -> None:
    around = {"id", "topics", "drills", "kind", "difficulty"}
    hidden = {*around, "ignore", "checks", "tags", "priority", "drill_priority", "sheet"}
    for name, section in SECTIONS.items():
        declared = [field.name for field in fields(section.type) if field.name not in hidden]
        assert sorted(declared) == sorted(row.field for row in ROWS[name] if row.field)
        assert [row.field for row in ROWS[name] if row.role == "asked"] == [section.title]
    assert {row.field for row in DRILL_ROWS} == {"text", "ask", "answer", "why"}


# Labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_label(language: str) -> None:
    english, table = labels("en"), labels(language)
    assert list(table) == list(english)
    assert all(text.strip() for text in table.values())
    for name, text in english.items():
        holes = [sorted(re.findall(r"\{\w+\}", one)) for one in (text, table[name])]
        assert holes[0] == holes[1], (language, name)


def _labels_in_use() -> Iterator[str]:
    for rows in ROWS.values():
        yield from (row.label for row in rows if row.label)
    for name in SECTIONS:
        yield from (name, f"item-{name}")
    for field, prefix in (("kind", "kind"), ("difficulty", "level")):
        hint = get_type_hints(SECTIONS["questions"].type)[field]
        yield from (f"{prefix}-{value}" for value in get_args(hint))


def test_every_label_in_use_is_in_the_table() -> None:
    assert set(_labels_in_use()) <= set(labels("en"))


@pytest.mark.parametrize(
    "language",
    [
        "de",
        "zh",
        *(pytest.param(n, marks=pytest.mark.long) for n in ("fr", "es", "pt", "ru", "ja")),
    ],
)
def test_a_bank_in_another_language_says_nothing_in_english(
    filled: tuple[Bank, dict[str, str]], language: str, tmp_path: Path
) -> None:
    bank, words = filled
    header = replace(bank.header, language=language, sections={})
    translated = replace(bank, header=header)
    own = {word for text in labels(language).values() for word in re.findall(r"\w+", text.lower())}
    english = {
        word.strip(".,:?“”").lower()
        for name, text in labels("en").items()
        for word in text.split()
        if name not in {"colon", "comma"}
    }
    english = {w for w in english if len(w) > 3 and w.isalpha()} - own
    for name, exporter in FOR_LEARNERS.items():
        target = tmp_path / f"x{exporter.suffix}"
        prep_export.export(translated, name, target)
        if name == "anki":
            notes = read_package(target).notes.values()
            shown = " ".join(text for note in notes for text in note.fields[:5])
            shown = re.sub(r"<code>.*?</code>|<[^>]*>", " ", shown)
        elif name == "site":
            shown = web.said(target)
        else:
            shown = paper.text(target)
        found = {w.strip(".,:;?!()").lower() for w in shown.replace("-", " ").split()}
        strays = found & english - set(words)
        assert not strays, name


def test_a_header_replaces_single_labels(
    filled: tuple[Bank, dict[str, str]], tmp_path: Path
) -> None:
    bank, _ = filled
    header = replace(bank.header, labels={"pitfalls": "Beware", "level-hard": "expert"})
    prep_export.export(replace(bank, header=header), "anki", tmp_path / "x.apkg")
    shown = _in_package(tmp_path / "x.apkg")
    assert "Beware" in shown
    assert "Pitfalls" not in shown
    assert ">expert<" in shown


@pytest.mark.parametrize(
    ("tag", "finds"), [("it", True), ("zh-TW", True), ("zh-CN", False), ("pt-BR", False)]
)
def test_a_language_without_a_table_is_a_warning(tag: str, finds: bool, tmp_path: Path) -> None:
    text = f"bank: {{id: t, title: T, language: {tag}}}\ntopics: {{rag: R}}\n"
    text += "faqs: [{id: a, topics: [rag], question: Q?, answer: A.}]\n"
    (tmp_path / "bank.yaml").write_text(text)
    found = prep_export.read_bank(tmp_path).findings
    assert [f.code for f in found] == ["untranslated"] * finds
    assert all(f.location.line == 1 for f in found)
