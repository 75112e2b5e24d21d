"""`import` of tables and of JSON: what comes back, what is listed, and every fault at once."""

from __future__ import annotations

import codecs
import json
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from typer.testing import CliRunner

import prep_export
from prep_export import OutputError, PackageError, TableError, UsageError, scratch
from prep_export.bank.read.merge import load
from prep_export.cli.app import app
from prep_export.importing import json_file, names
from prep_export.importing.files import bank_folder

from .test_exchange import BANKS, RICH, SVG, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

SIMPLE = "question,answer,topics\nWhat?,That.,rag\n"


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Brought]:
    def run(content: str | bytes, name: str = "cards.csv", **options: Any) -> Brought:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return Brought(tmp_path / name, tmp_path / "bank", options)

    return run


class Brought:
    """An import, and what it has made."""

    def __init__(self, path: Path, folder: Path, options: dict[str, Any]) -> None:
        self.path = path
        self.folder = folder
        self._options = options

    @property
    def bank(self) -> Bank:
        prep_export.import_file(self.path, self.folder, **self._options)
        return prep_export.load_bank(self.folder)

    @property
    def left(self) -> list[str]:
        return [*prep_export.import_file(self.path, self.folder, **self._options).left]

    @property
    def faults(self) -> list[str]:
        """What is wrong, without the file's name; nothing was written."""
        with pytest.raises(TableError) as caught:
            prep_export.import_file(self.path, self.folder, **self._options)
        assert not self.folder.exists()
        return [fault.removeprefix(f"{self.path}:") for fault in caught.value.faults]


# A table of questions


def test_a_row_is_a_question(bring: Callable[..., Brought]) -> None:
    bank = bring(SIMPLE).bank
    (question,) = bank.questions
    assert (question.question, question.answer) == ("What?", "That.")
    assert question.topics == ("rag",)
    assert (bank.header.id, bank.header.title) == ("cards", "cards")


@pytest.mark.parametrize("name", ["Question", "FRONT", "Term", "text"])
def test_a_column_may_have_the_name_that_people_give_it(
    bring: Callable[..., Brought], name: str
) -> None:
    assert len(bring(SIMPLE.replace("question", name)).bank.questions) == 1


def test_columns_can_be_named_in_their_order(bring: Callable[..., Brought]) -> None:
    table = "1;What?;That.;rag\n2;Who?;We.;rag\n"
    columns = ["-", "question", "answer", "topics"]
    assert [q.answer for q in bring(table, columns=columns).bank.questions] == ["That.", "We."]


def test_a_first_row_of_names_is_no_question_where_columns_are_named_too(
    bring: Callable[..., Brought],
) -> None:
    assert len(bring(SIMPLE, columns=["front", "back", "topics"]).bank.questions) == 1


def test_what_a_question_has_is_taken_from_its_columns(bring: Callable[..., Brought]) -> None:
    table = (
        "id,question,answer,topics,tags,kind,difficulty,priority,key points,details\n"
        'my-id,What?,That.,"Big topic; RAG::Chunking",old New,design,hard,core,"- a\n- b",More.\n'
    )
    bank = bring(table).bank
    (question,) = bank.questions
    assert (question.id, question.kind, question.difficulty) == ("my-id", "design", "hard")
    assert question.topics == ("big-topic", "rag::chunking")
    assert {name: topic.title for name, topic in bank.topics.items()} == {
        "big-topic": "Big topic",
        "rag": "RAG",
        "rag::chunking": "Chunking",
    }
    assert bank.tags == {"old": "Old", "new": "New"}
    assert question.key_points == ("a", "b")
    assert question.details == "More."


def test_without_topics_tags_are_the_topics(bring: Callable[..., Brought]) -> None:
    (question,) = bring("front,back,tags\nWhat?,That.,a::b c\n").bank.questions
    assert question.topics == ("a::b", "c")


def test_a_row_without_topic_has_the_topic_imported(bring: Callable[..., Brought]) -> None:
    bank = bring("question,answer,topics,tags\na,b,rag,x\nc,d,,y\n").bank
    assert [q.topics for q in bank.questions] == [("rag",), ("imported",)]
    assert [q.tags for q in bank.questions] == [("x",), ("y",)]


def test_a_row_that_hides_something_is_a_drill(bring: Callable[..., Brought]) -> None:
    table = "text,why\nIt is {{c1::this}}.,Because.\n"
    (pattern,) = bring(table).bank.patterns
    (drill,) = pattern.drills
    assert (drill.text, drill.why) == ("It is {{c1::this}}.", "Because.")


def test_a_drill_is_named_after_its_item(bring: Callable[..., Brought]) -> None:
    table = SIMPLE.replace("question", "id,question").replace("What", "one,What")
    table += "one/d,Which?,This.,\n"
    (question,) = bring(table).bank.questions
    assert [(d.id, d.ask, d.answer) for d in question.drills] == [("d", "Which?", "This.")]


def test_text_is_markdown_and_tells_of_html(bring: Callable[..., Brought]) -> None:
    brought = bring("question,answer\nWhat is **it**?,$x^2$ and <b>that</b>\n")
    (line,) = brought.left
    assert line.startswith("'line 2: What is **it**?', back: HTML, kept as text; '#html:true'")
    (question,) = prep_export.load_bank(brought.folder).questions
    assert (question.question, question.answer) == ("What is **it**?", "$x^2$ and <b>that</b>")


def test_code_is_no_html(bring: Callable[..., Brought]) -> None:
    code = "`<b>` and\n\n```html\n<b>that</b>\n```\n\n~~~html\n<i>x</i>\n~~~"
    assert bring(f'question,answer\nWhat?,"{code}"\n').left == []


def test_a_quoted_cell_may_have_lines_and_quotes(bring: Callable[..., Brought]) -> None:
    table = 'question,answer\nWhat?,"One.\r\n\r\n""Two""."\r\nWho?,We.\r\n'
    assert bring(table).bank.questions[0].answer == 'One.\n\n"Two".'


def test_cells_that_nothing_has_a_place_for_are_listed(bring: Callable[..., Brought]) -> None:
    left = bring("question,answer,weak,deck\nWhat?,That.,No.,D\n").left
    assert left == ["'line 2: What?', weak: a question has no such field: left out"]


def test_a_row_without_answer_is_listed(bring: Callable[..., Brought]) -> None:
    left = bring(SIMPLE + "Alone?,,rag\n").left
    assert left == ["'line 3: Alone?': it has no question, or no answer: left out"]


def test_pictures_that_lie_beside_the_table_come_along(
    bring: Callable[..., Brought], tmp_path: Path
) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.svg").write_text(SVG)
    (tmp_path / "c.svg").write_text(SVG)
    table = "question,answer,key_points\nWhat?,![a](media/a.svg),* ![c](c.svg)\n"
    table += "Who?,![b](../b.svg),\n"
    left = bring(table).left
    assert left == ["'line 3: Who?', back: a picture that does not lie beside the table '../b.svg'"]
    assert (tmp_path / "bank" / "media" / "a.svg").read_text() == SVG
    assert (tmp_path / "bank" / "c.svg").read_text() == SVG


def test_many_rows_that_ask_the_same_get_ids_in_one_go_each(
    bring: Callable[..., Brought], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def counted(text: str) -> str:
        hashed.append(text)
        return names.digest(text)

    monkeypatch.setattr("prep_export.importing.entries.digest", counted)
    rows = "".join(f"What is this?,answer {n}\n" for n in range(200))
    bank = bring("question,answer\n" + rows).bank
    assert len({question.id for question in bank.questions}) == 200
    assert len(hashed) <= 2 * 200


def test_topics_that_decks_take_the_place_of_are_listed(bring: Callable[..., Brought]) -> None:
    table = "question,answer,deck,topics,tags\nWhat?,That.,D::E,rag,old\nWho?,We.,D::F,,\n"
    brought = bring(table, topics_from="decks")
    assert brought.left == [
        "'line 2: What?', topics: not read, since topics come from decks: 'rag'"
    ]
    bank = prep_export.load_bank(brought.folder)
    assert [q.topics for q in bank.questions] == [("e",), ("f",)]
    assert bank.questions[0].tags == ("old",)


def test_tags_of_every_row_are_tags_beside_a_column_of_topics(
    bring: Callable[..., Brought],
) -> None:
    bank = bring("#tags:old New\nquestion,answer,topics,tags\na,b,rag,x\nc,d,rag,\n").bank
    assert [q.topics for q in bank.questions] == [("rag",), ("rag",)]
    assert [q.tags for q in bank.questions] == [("x", "old", "new"), ("old", "new")]


def test_several_decks_in_one_are_listed(bring: Callable[..., Brought]) -> None:
    table = "question,answer,deck\nWhat?,That.,Math::One\nWho?,We.,Math::Two\n"
    (line,) = bring(table).left
    assert line.startswith("2 decks, such as 'Math::Two': their cards are in 'Math' now; --topics")


def test_the_type_of_notes_is_said_not_to_be_read(bring: Callable[..., Brought]) -> None:
    (line,) = bring("question,answer,notetype\nWhat?,That.,Basic\nWho?,We.,Mine\n").left
    assert line.startswith("the column 'notetype': a row is a question, or a drill")


# Encodings and delimiters


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_encodings_as_spreadsheets_write_them(bring: Callable[..., Brought], encoding: str) -> None:
    text = SIMPLE.replace("That.", "Größe, 量子".replace(",", ";"))
    mark = {"le": codecs.BOM_UTF16_LE, "be": codecs.BOM_UTF16_BE}.get(encoding[7:9], b"")
    raw = mark + text.encode(encoding.removesuffix("-bom"))
    assert bring(raw).bank.questions[0].answer == "Größe; 量子"


def test_another_encoding_is_an_error_with_its_line(bring: Callable[..., Brought]) -> None:
    (fault,) = bring((SIMPLE + "Wo?,Größe,rag\n").encode("latin-1")).faults
    assert fault == "3: byte 0xf6 is not UTF-8; save the file as UTF-8 (in Excel: 'CSV UTF-8')"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_seen(bring: Callable[..., Brought], mark: str) -> None:
    rows = [["question", "answer"], ["a, b; or c?", "x; y, z"], ["d?", "e;\tf"]]
    table = "".join(mark.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    assert [q.answer for q in bring(table).bank.questions] == ["x; y, z", "e;\tf"]


def test_of_two_delimiters_the_one_that_fits_most_rows_is_taken(
    bring: Callable[..., Brought],
) -> None:
    table = "a, b?;c\nd?;e, f, g\nh?;i\n"
    bank = bring(table, columns=["question", "answer"]).bank
    assert [q.question for q in bank.questions] == ["a, b?", "d?", "h?"]


def test_where_it_cannot_be_told_the_file_is_asked(bring: Callable[..., Brought]) -> None:
    (fault,) = bring("a, b; c\n", columns=["question", "answer"]).faults
    assert "it cannot be told what parts the cells" in fault
    assert len(bring("#separator:semicolon\na, b; c\n", columns=["front", "back"]).bank.questions)


def test_excels_own_line_says_the_delimiter(bring: Callable[..., Brought]) -> None:
    assert len(bring("sep=;\nquestion;answer\na, b?;c\n").bank.questions) == 1


def test_a_tsv_has_tabs(bring: Callable[..., Brought]) -> None:
    table = "question\tanswer\na, b?\tc, d\n"
    assert bring(table, name="x.tsv").bank.questions[0].answer == "c, d"


# Anki's own

ANKI = (
    "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
    "#tags column:6\n"
    'abc\tBasic\tD::E\tQ <b>bold</b>, x\t"A \\(x^2\\)<br>""quoted"""\ta::b x\n'
    "def\tCloze\tD::E\tIt is {{c1::this}}\tmore\t\n"
)


def test_notes_in_plain_text_of_anki(bring: Callable[..., Brought]) -> None:
    bank = bring(ANKI, name="notes.txt").bank
    (question,) = bank.questions
    assert question.question == "Q **bold**, x"
    assert question.answer == 'A $x^2$\\\n"quoted"'
    assert question.topics == ("a::b", "x")
    assert bank.header.deck == "D::E"
    assert [(d.text, d.why) for d in bank.patterns[0].drills] == [("It is {{c1::this}}", "more")]


def test_decks_can_be_the_topics(bring: Callable[..., Brought]) -> None:
    table = ANKI + "ghi\tBasic\tD::F\tQ\tA\t\n"
    bank = bring(table, name="notes.txt", topics_from="decks").bank
    assert {q.topics for q in bank.questions} == {("e",), ("f",)}
    assert bank.header.deck == "D"


def test_plain_text_of_anki_means_what_it_says(bring: Callable[..., Brought]) -> None:
    table = "#html:false\n#separator:comma\n#columns:Front,Back\n2*3*4 < 25?,Yes: \\(x\\)\n"
    (question,) = bring(table).bank.questions
    assert question.question == "2\\*3\\*4 \\< 25?"
    assert question.answer == "Yes: $x$"


def test_further_fields_go_under_their_names(bring: Callable[..., Brought]) -> None:
    table = "#separator:comma\n#columns:Word,Meaning,Origin\n#tags:x y\ncat,Katze,Latin\n"
    (question,) = bring(table).bank.questions
    assert question.details == "**Origin**\n\nLatin"
    assert question.topics == ("x", "y")


def test_a_field_of_an_anki_note_may_have_the_name_of_a_column(
    bring: Callable[..., Brought],
) -> None:
    head = "#separator:comma\n#columns:Front,Back,id,section,Note,Question,details\n"
    (question,) = bring(head + "a,b,c d,e,f,g,h\n").bank.questions
    assert (question.question, question.answer) == ("a", "b")
    fields = ("Id", "c d"), ("Section", "e"), ("Note", "f"), ("Question", "g"), ("Details", "h")
    assert question.details == "\n\n".join(f"**{name}**\n\n{text}" for name, text in fields)


def test_comments_are_listed(bring: Callable[..., Brought]) -> None:
    assert bring("# vim: noet\n" + SIMPLE).left == ["line 1, a comment: # vim: noet"]


def test_what_html_loses_is_listed_by_row_and_column(bring: Callable[..., Brought]) -> None:
    table = "#html:true\nquestion,answer\nWhat?,<u>x</u> [sound:a.mp3]\n"
    assert bring(table).left == [
        "'line 3: What?', back: sound 'a.mp3'",
        "'line 3: What?', back: underline, kept as text",
    ]


def test_anki_writes_what_we_read(bring: Callable[..., Brought], tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="the official backend has no wheel for this machine")
    from .support.collection import Learner

    someone = Learner(tmp_path / "author")
    for kind, *fields in (("Basic", "What?", "<i>That</i>\n"), ("Cloze", "{{c1::x}} y", "")):
        note = someone.col.new_note(someone.col.models.by_name(kind))
        note.fields, note.tags = fields, ["t::u"]
        someone.col.add_note(note, someone.col.decks.id("D"))
    someone.col.export_note_csv(
        out_path=str(tmp_path / "n.txt"),
        limit=None,
        with_html=True,
        with_tags=True,
        with_deck=True,
        with_notetype=True,
        with_guid=True,
    )
    someone.close()
    bank = bring((tmp_path / "n.txt").read_bytes(), name="n.txt").bank
    assert (bank.questions[0].answer, bank.questions[0].topics) == ("*That*", ("t::u",))
    assert bank.patterns[0].drills[0].text == "{{c1::x}} y"


# Faults, all at once


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("question,answer\na,b,c\nd\ne,f\n", ["2: 3 cells, where", "3: 1 cell, where"]),
        ("id,question,answer\nx,a,b\nx,c,d\n", ["3: the id 'x' is that of line 2 too"]),
        ("id,question,answer\nNot an id,a,b\n", ["2: 'Not an id' is not an id"]),
        ("question,answer\n", ["1: no rows below"]),
        ("", ["1: no rows"]),
        ("\n\n,,\n", ["1: no rows"]),
        ("question,anwser\na,b\n", ["1: there is no column 'anwser'; did you mean 'answer'?"]),
        ("question,question,answer\na,b,c\n", ["1: two columns are 'front'"]),
        ("answer,kind\na,design\n", ["1: no column 'front' (or 'question')"]),
        ("a,b\nc,d\n", ["1: no column is named here; name them with --columns"]),
        ("question,,answer\na,x,b\n", ["1: column 2 has cells and no name"]),
        ("question,answer,kind\na,b,desing\n", ["2: 'kind' cannot be 'desing'; did you mean"]),
        ('question,answer\na,"b\nc,d\n', ['2: a cell that begins with " never ends']),
        ('question,answer\na,"b" c\n', ['2: a cell goes on after its closing "']),
        ("question,answer\na,b\x07\n", ["2: the control character U+0007"]),
        ("question,answer\na,b\0\n", ["2: the control character U+0000"]),
        ("question,answer\na,b\ufeff\n", ["2: the control character U+FEFF"]),
        ("question,answer" + ",c" * 999 + "\na,b\n", ["1: 1,001 columns; at most 1,000"]),
        ("#columns:a" + ",c" * 1_000 + "\na,b\n", [" '#columns': 1,001 columns; at most 1,000"]),
        ("#columns:" + "a" * 131_073 + "\na,b\n", [" '#columns': a cell of more than 131,072"]),
        ("#html:maybe\n#tags column:x\n" + SIMPLE, ["1: 'html' cannot be", "2: 'tags column' is"]),
        ("id,question,answer\nx/d,a,b\n", ["2: there is no item 'x' for the drill 'd'"]),
        ("question,answer,follow_ups\na,b,why\n", ["2: 'follow_ups' is 'why'; write a list"]),
        (
            "question,answer,kind,difficulty\na,b,x,hard\nc,d,case,y\n",
            ["2: 'kind' cannot be 'x'", "3: 'difficulty' cannot be 'y'"],
        ),
    ],
)
def test_each_fault_is_told_with_its_line(
    bring: Callable[..., Brought], table: str, faults: list[str]
) -> None:
    found = bring(table).faults
    assert len(found) == len(faults)
    for fault, expected in zip(found, faults, strict=True):
        assert fault.startswith(expected)


def test_an_empty_row_says_nothing(bring: Callable[..., Brought]) -> None:
    assert bring(SIMPLE + "\n,,\n\nWho?,We.,rag\n").left == []


def test_a_column_that_there_is_not_is_wrong_usage(bring: Callable[..., Brought]) -> None:
    with pytest.raises(UsageError, match="no column 'anwser'; did you mean 'answer'"):
        _ = bring(SIMPLE, columns=["question", "anwser"]).bank


def test_as_many_columns_must_be_named_as_there_are(bring: Callable[..., Brought]) -> None:
    """Of each row it would be one fault more."""
    (fault,) = bring(SIMPLE, columns=["question", "answer"], name="x.csv").faults
    assert fault.startswith("1: 3 cells, where --columns names 2; write '-' for one to leave out")


def test_a_misspelt_column_is_one_fault(bring: Callable[..., Brought]) -> None:
    """That then no column asks follows from it."""
    (fault,) = bring(SIMPLE.replace("question", "quesiton")).faults
    assert "no column 'quesiton'; did you mean 'question'" in fault
    assert len(bring(SIMPLE.replace("question", "colour")).faults) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x.xlsx", "is a workbook, and no table yet; save it as CSV (UTF-8)"),
        ("x.md", "is nothing that a bank can be made of: Anki packages (.apkg, .colpkg), tables"),
    ],
)
def test_what_no_bank_can_be_made_of_is_told_what_can(
    name: str, said: str, bring: Callable[..., Brought]
) -> None:
    with pytest.raises(PackageError) as raised:
        _ = bring("# Notes\n", name=name).bank
    assert said in str(raised.value)


def test_only_tables_have_columns(bring: Callable[..., Brought]) -> None:
    with pytest.raises(UsageError, match="only tables have columns"):
        _ = bring(b"PK", name="x.apkg", columns=["question"]).bank


def test_a_workbook_is_no_table(bring: Callable[..., Brought]) -> None:
    with pytest.raises(PackageError, match="a zip archive, such as a workbook"):
        _ = bring(b"PK\x03\x04", name="x.csv").bank


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for name in ("x.csv", "x.json"):
        with pytest.raises(PackageError, match="there is no file"):
            prep_export.import_file(tmp_path / name, tmp_path / "bank")


def test_the_command_tells_each_fault_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("question,answer\na\nb,c,d\n")
    done = CliRunner().invoke(
        app, ["import", str(tmp_path / "x.csv"), "-o", str(tmp_path / "bank")]
    )
    assert done.exit_code == 1
    *faults, last = done.stderr.splitlines()
    assert [line.startswith("error: ") for line in faults] == [True, True]
    assert last == "nothing was written"
    assert not (tmp_path / "bank").exists()


def test_the_command_names_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\nc,d\n")
    arguments = ["import", str(tmp_path / "x.csv"), "-o", str(tmp_path / "bank")]
    done = CliRunner().invoke(app, [*arguments, "--columns", "question,answer"])
    assert done.exit_code == 0
    assert "2 questions" in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("x.csv", SIMPLE, "a table"),
        ("x.TSV", SIMPLE, "a table"),
        ("x.json", '{\n  "format": "prep-export bank"}', "a deck or a bank in JSON"),
        ("x.json", '{"__type__": "Deck"}', "a deck or a bank in JSON"),
    ],
)
def test_whoever_takes_a_table_for_a_bank_is_told_how_to_make_one_of_it(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    (tmp_path / name).write_text(text)
    (finding,) = prep_export.read_bank(tmp_path / name).findings
    assert finding.message == f"this is {kind}, not a bank"
    assert finding.hint == f"make a bank of it: prep-export import {tmp_path / name} -o DIR"


def test_prose_is_no_yaml_and_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Cards\n\nSome words: and more\nand more.\n")
    (finding,) = prep_export.read_bank(tmp_path / "README.md").findings
    assert finding.message == "this is a '.md' file with no section of a bank, not YAML"
    (tmp_path / "old.bak").write_text("questions: [\n")
    (finding,) = prep_export.read_bank(tmp_path / "old.bak").findings
    assert finding.code == "yaml-syntax", "a bank is one whatever the end of its name"


# What we have exported


def returned(bank: Bank, name: str) -> Bank:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{bank.header.id}.{name}"
        prep_export.export(bank, name, file)
        prep_export.import_file(file, Path(folder) / "back")
        found = load(str(Path(folder) / "back")).bank
        assert found is not None
        return found


@pytest.fixture
def rich(write_bank: Callable[..., str], tmp_path: Path) -> Bank:
    (tmp_path / "media").mkdir()
    for name in ("x", "map"):
        (tmp_path / "media" / f"{name}.svg").write_text(SVG)
    return prep_export.load_bank(write_bank(RICH, header=False))


def test_our_json_comes_back_as_the_bank_it_was(rich: Bank, tmp_path: Path) -> None:
    assert said(returned(rich, "json")) == said(rich)
    prep_export.export(rich, "json", tmp_path / "x.json")
    made = prep_export.import_file(tmp_path / "x.json", tmp_path / "back")
    assert (made.left, made.counts["files"]) == ((), 2)
    assert (tmp_path / "back" / "media" / "map.svg").read_text() == SVG
    assert prep_export.read_bank(tmp_path / "back").findings == ()


def test_our_csv_brings_every_item_back(rich: Bank) -> None:
    back = returned(rich, "csv")
    assert back.entries == rich.entries
    assert back.header.id == rich.header.id


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_spreadsheet_may_change_the_delimiter_and_the_order(rich: Bank, mark: str) -> None:
    import csv

    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.csv"
        prep_export.export(rich, "csv", path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [list(reversed(row)) for row in csv.reader(file)]
        with path.open("w", encoding="utf-16", newline="") as file:
            csv.writer(file, delimiter=mark).writerows(rows)
        prep_export.import_file(path, Path(folder) / "back")
        found = load(str(Path(folder) / "back")).bank
    assert found is not None
    assert found.entries == rich.entries


def test_what_a_drills_row_says_of_its_item_is_listed_where_it_differs(
    rich: Bank, bring: Callable[..., Brought], tmp_path: Path
) -> None:
    prep_export.export(rich, "csv", tmp_path / "x.csv")
    text = (tmp_path / "x.csv").read_text("utf-8-sig").replace("one/d,drills,rag", "one/d,drills,x")
    assert any(
        "topics: left out, since a drill has that of its item: 'x'" in line
        for line in bring(text).left
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("term,concepts", "term,concept", "9: there is no section 'concept'; did you mean"),
        ("A meaning.", "", "9: 'back' is empty, and concepts need it"),
        ("one/d,", "two/d,", "7: there is no item 'two' for the drill 'd'"),
        ("one/e,", ",", "8: a drill has an id such as 'item/drill'"),
        ("yes", "maybe", "9: 'reverse' is 'maybe'; write yes or no"),
        ("{{c1::this}}", "this", "7: a drill needs 'front' and 'back'"),
    ],
)
def test_faults_of_our_own_table(
    rich: Bank, bring: Callable[..., Brought], tmp_path: Path, old: str, new: str, fault: str
) -> None:
    prep_export.export(rich, "csv", tmp_path / "x.csv")
    text = (tmp_path / "x.csv").read_text("utf-8-sig")
    assert old in text
    (found,) = bring(text.replace(old, new, 1)).faults
    assert found.startswith(fault)


@pytest.mark.long
@settings(max_examples=100)
@given(BANKS)
def test_any_bank_comes_back_from_its_csv_and_its_json(bank: Bank) -> None:
    entries = {name: items for name, items in bank.entries.items() if items}
    plain = replace(bank, entries=entries)
    for name in ("csv", "json"):
        found = returned(plain, name)
        assert {name: items for name, items in found.entries.items() if items} == entries
        assert name == "csv" or found.header == plain.header


@pytest.mark.long
def test_the_shipped_bank_comes_back_from_its_json(shipped: Bank, tmp_path: Path) -> None:
    prep_export.export(shipped, "json", tmp_path / "llm.json")
    made = prep_export.import_file(tmp_path / "llm.json", tmp_path / "llm")
    assert made.left == ()
    assert said(prep_export.load_bank(tmp_path / "llm")) == said(shipped)


@pytest.mark.long
def test_the_shipped_bank_comes_back_from_its_csv(shipped: Bank) -> None:
    assert returned(shipped, "csv").entries == shipped.entries


# JSON that nobody has exported


def document(**changes: Any) -> str:
    content = {
        "bank": {"id": "x", "title": "X"},
        "topics": {"rag": {"title": "RAG"}},
        "questions": [{"id": "a", "topics": ["rag"], "question": "Q?", "answer": "A."}],
    }
    whole = {"format": "prep-export bank", "format_version": 1, "content": content, "files": {}}
    return json.dumps({**whole, **changes})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", r"x\.json:1:2: no JSON"),
        ("[]", "no bank in JSON"),
        ('{"__type__": "Deck"}', "no deck of CrowdAnki"),
        (document(format_version=2), "format version 2; this one reads 1"),
        (document(content=[]), "'content' is no mapping"),
        (document(content={"../x": []}), r"no section '\.\./x'"),
        (document(content={"question": []}), "did you mean 'questions'"),
        (document(content={"questions": {}}), "'questions' is no list"),
        (document(files=[]), "'files' is no mapping"),
        (
            document(content={"questions": [{"id": "a\7"}]}),
            r"'a' has .* character U\+0007",
        ),
        (document(content={"questions": [{"key_points": ["a", None]}]}), "null in it; remove it"),
        (document().replace('"Q?"', '"Q?", "question": "R?"'), "'question' stands twice in one"),
        (document(content={"bank": {"title": float("nan")}}), "NaN is no number"),
        (document().replace('"Q?"', "1e999"), "1e999 is no number"),
        (document(content={"topics": []}), "'topics' is no mapping"),
        (document(content={"questions": [{"id": "\ud800"}]}), "is no text"),
        ('{"a": ' * 100_000, "no JSON"),
        (document(content={"bank": json.loads('{"a":' * 40 + "1" + "}" * 40)}), "nested more"),
    ],
)
def test_json_that_is_none_of_ours_is_one_line(
    bring: Callable[..., Brought], text: str, why: str
) -> None:
    brought = bring(text, name="x.json")
    with pytest.raises(PackageError, match=why):
        _ = brought.bank
    assert not brought.folder.exists()


def test_json_of_too_many_values_is_refused_before_it_is_taken_apart(
    bring: Callable[..., Brought], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_file, "MAX_PARTS", 3)
    for text in ("[1,2,3,4]", "[[[[]]]]", '{"a": [[{"b": 5}'):
        with pytest.raises(PackageError, match="more than 3 values"):
            _ = bring(text, name="x.json").bank
    with pytest.raises(PackageError, match="no bank in JSON"):
        _ = bring("[1,2,3]", name="x.json").bank


def test_what_an_author_has_changed_in_json_is_judged_as_any_bank(
    bring: Callable[..., Brought],
) -> None:
    brought = bring(
        document(content={"bank": {"id": "x", "title": 5, "deck": None}}), name="x.json"
    )
    made = prep_export.import_file(brought.path, brought.folder)
    assert made.counts["drills"] == 0
    assert {f.code for f in prep_export.read_bank(brought.folder).findings} == {"no-items"}
    text = (brought.folder / "bank.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["bank"] == {"id": "x", "title": 5}


@pytest.mark.parametrize(
    "name", ["../x.svg", "/tmp/x.svg", "a\\..\\x.svg", "bank.yaml", "x.sh", "a\n.svg"]
)
def test_files_in_json_stay_in_the_bank(bring: Callable[..., Brought], name: str) -> None:
    content = b64encode(SVG.encode()).decode()
    brought = bring(document(files={name: content, "ok.svg": content}), name="x.json")
    made = prep_export.import_file(brought.path, brought.folder)
    assert len(made.left) == 1
    assert "which no bank may name" in made.left[0]
    assert [p.name for p in brought.folder.rglob("*.svg")] == ["ok.svg"]


def test_a_bank_is_never_written_over(bring: Callable[..., Brought], tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "x").touch()
    for name, text in (("x.csv", SIMPLE), ("x.json", document())):
        with pytest.raises(OutputError, match="is there already"):
            _ = bring(text, name=name).bank


@pytest.mark.parametrize("name", [".", "made", "link"])
def test_an_empty_folder_is_filled_and_stays_the_one_that_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "x.csv").write_text(SIMPLE)
    folder = tmp_path / "made"
    folder.mkdir()
    if name == "link":
        try:
            (tmp_path / "link").symlink_to(folder, target_is_directory=True)
        except OSError:
            pytest.skip("this account may not make links")
    monkeypatch.chdir(folder if name == "." else tmp_path)
    before = folder.stat().st_ino
    prep_export.import_file(tmp_path / "x.csv", name)
    assert sorted(path.name for path in folder.iterdir()) == ["bank.yaml", "questions.yaml"]
    assert folder.stat().st_ino == before


def test_a_folder_that_cannot_be_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(SIMPLE)
    with pytest.raises(OutputError, match=r"cannot write '.*a': "):
        prep_export.import_file(tmp_path / "x.csv", tmp_path / ("a" * 300))


def test_what_a_killed_import_has_left_in_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(SIMPLE)
    folder = tmp_path / "made"
    (folder / ".prep-export-abcdefgh.tmp" / "bank").mkdir(parents=True)
    prep_export.import_file(tmp_path / "x.csv", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["bank.yaml", "questions.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no locks on folders")
@pytest.mark.parametrize("name", ["made", "link"])
def test_two_imports_into_one_folder_do_not_move_their_files_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "x.csv").write_text(SIMPLE)
    folder = tmp_path / "made"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    waiting: list[bool] = []
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        with pytest.raises(BlockingIOError):
            scratch.locked(str(folder), wait=False)
        waiting.append(True)
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    prep_export.import_file(tmp_path / "x.csv", tmp_path / name)
    assert waiting == [True, True]


def test_what_comes_into_the_folder_meanwhile_stays_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()

    def write() -> None:
        with bank_folder(folder) as made:
            (folder / "questions.yaml").write_text("mine")
            made.finish({"id": "x"}, {}, {}, {"questions": [{"id": "a"}]})

    with pytest.raises(OutputError, match=r"'questions\.yaml' has come there"):
        write()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"questions.yaml": "mine"}
