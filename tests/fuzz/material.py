"""What is whole before it is changed: a bank with every field, pictures, a font, packages."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from PIL import Image

import prep_export
from prep_export.markdown.math import problem
from tests.support.mathjax.derive import table

BANK: Final = r"""
bank:
  id: test
  title: Title
  deck: Deck::Sub
  description: What it *is*, and $x^2$.
  language: en
  authors: [A. Author]
  licence: CC BY 4.0
  version: "1.0"
  sections: {patterns: Shapes}
  labels: {why: Wherefore}
  css: ".card { color: #222 }"
  pdf: {accent: "#224466"}
topics:
  rag: {title: RAG, description: Retrieval., aliases: [retrieval]}
  rag::chunking: Chunking
patterns:
  - id: pattern
    topics: [rag]
    title: A pattern
    summary: One line with `code`.
    recognise: [A sign, Another $y$]
    approach: [First this, then **that**]
    body: |
      A chapter.

      | a | b |
      |--:|:--|
      | 1 | $\lvert x\rvert$ |

      ```python
      def f(x): return x  # comment
      ```
    pitfalls: [What goes wrong]
    formula: $$\frac{a}{b}$$
    diagram: {image: media/a.svg, alt: A drawing, caption: A *caption*}
    drills:
      - {id: one, text: "The {{c1::answer::hint}} and {{c2::$\\pi r^2$}}."}
      - {id: two, ask: 'Why?', answer: Because.}
questions:
  - id: question
    topics: [rag::chunking, rag]
    question: What is attention?
    answer: |
      - It is a weighted sum, see ![a picture](media/a.png "title").
      - [A link](https://example.org/a_b?c=d&e=f) and <https://example.org/>.
    details: |
      > Quoted 'text', "text" -- and $a \ne b$.

      $$\sum_{i=1}^{n} \alpha_i v_i$$
    key_points: [Said first, Said next]
    pitfalls: [Not said]
    follow_ups: [{ask: 'And then?', answer: "Then `this`."}]
    kind: derivation
    difficulty: hard
    related: [pattern]
    sources: [{title: A work, authors: A and B, year: "2017", url: https://example.org/}]
    drills: [{id: one, ask: 'How many?', answer: Two.}]
mistakes:
  - {id: mistake, topics: [rag], mistake: A mistake, why: It costs., instead: Do this.,
     not_that: '"No."', say_this: '"Yes."', example: Longer.}
criteria:
  - {id: criterion, topics: [rag], criterion: Depth, weak: Little., strong: Much.}
concepts:
  - {id: concept, topics: [rag], term: Softmax, definition: A map to probabilities., formula: $$x$$}
faqs:
  - {id: faq, topics: [rag], question: 'How long?', answer: Two weeks.}
retired:
  - {id: old, reason: It was wrong., replaced_by: question}
  - {id: question/gone, reason: Twice., note: cloze}
"""

_DOT: Final = (  # one grey pixel
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

SVG: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="120"
height="60"><defs><marker id="m" orient="auto" refX="4" refY="2" markerWidth="5" markerHeight="4">
<path d="M0 0L5 2L0 4z"/></marker><linearGradient id="g"><stop offset="0" stop-color="#fff"/>
<stop offset="1" stop-color="#224466"/></linearGradient><g id="s"><circle r="4"/></g></defs>
<style>.a{fill:none;stroke:var(--c,#333)} text{font:8px sans-serif}</style>
<g transform="translate(2 3) scale(1.1)" opacity=".8"><rect class="a"
width="20" height="10" rx="2"/>
<path class="a" d="M0 0C4 4 8 8 20 5A3 3 0 0 1 26 8Z" stroke-dasharray="2 1" marker-end="url(#m)"/>
</g><use href="#s" x="50" y="20"/><polyline points="1,2 3,4 5,9" fill="url(#g)"/>
<text x="60" y="30" text-anchor="middle">word <tspan dy="3">two</tspan></text>
<image href="data:image/png;base64,DOT" width="4" height="4"/></svg>""".replace(b"DOT", _DOT)

SVG_TOKENS: Final = tuple(
    token.encode()
    for token in (
        *(
            "<g>",
            "</g>",
            "<use href='#s'/>",
            "<use href='#m'/>",
            "<script>x</script>",
            "<a href='x'>",
        ),
        *(
            "<foreignObject><p>x</p></foreignObject>",
            "<pattern id='p'>",
            "<mask id='k'>",
            "<filter>",
        ),
        *(
            "<!ENTITY a 'b'>",
            "<!DOCTYPE svg [<!ENTITY a '&#65;'>]>",
            "&a;",
            "<![CDATA[",
            "]]>",
            "<?x?>",
        ),
        *("NaN", "-1", "1e308", "0", "1e-320", "100%", "1em", "10furlongs", "url(#s)", "url(#no)"),
        *("url(http://a/)", " fill='url(#p)'", " mask='url(#k)'", " transform='matrix(1 2 3)'"),
        *(
            " transform='rotate(1e9)'",
            " viewBox='0 0 0 0'",
            " viewBox='NaN'",
            " width='-4'",
            "日本",
        ),
        *(" d='M0 0" + "L1 1" * 500 + "'", " onload='x'", " style='fill:var(--c);filter:url(#f)'"),
        *(
            " xlink:href='../x.svg#a'",
            " href='file:///etc/passwd'",
            "javascript:",
            "<style>@import 'x';",
        ),
    )
)

FORMULA_PIECES: Final = (
    *(
        "{",
        "}",
        "^",
        "_",
        "\\\\",
        "&",
        "\\left(",
        "\\right)",
        "\\left.",
        "\\right|",
        "'",
        "~",
        "%",
        "#",
    ),
    *(
        "\\frac{",
        "\\sqrt[3]{",
        "\\text{",
        "\\operatorname{",
        "\\begin{cases}",
        "\\end{cases}",
        "x",
        "2",
    ),
    *(
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\hat",
        "\\underbrace{",
        "\\xrightarrow{",
        "\\sum_{i}^{n}",
    ),
    *(
        "\\mathbb{R}",
        "\\color{red}",
        "\\unknown",
        "$",
        "é",
        "日",
        "😀",
        "\\def\\x{y}",
        "\\tag{1}",
        " ",
    ),
    *(
        "x^{x^{x^{",
        "}}}",
        "\\frac{1}{\\frac{1}{",
        "\\,",
        "\\!",
        "\\;",
        "\\quad",
        "\\limits",
        "\\not",
    ),
)


@cache
def formulas() -> tuple[str, ...]:
    """Usages of commands and environments that a bank may hold, as MathJax knows them."""
    found = []
    for entry in table()[::2]:
        usages = entry.usages[:2]
        found += [usage for usage in usages if problem(usage, display=False) is None]
    return tuple(found)


def bank() -> Any:
    """The data of a whole bank, new each time."""
    return yaml.safe_load(BANK)


@cache
def bitmaps() -> dict[str, bytes]:
    """A small picture in each format, by the end of its name."""
    picture = Image.radial_gradient("L").resize((24, 16)).convert("RGB")
    made = {}
    for suffix, form in ((".png", "PNG"), (".jpg", "JPEG")):
        buffer = io.BytesIO()
        picture.save(buffer, form)
        made[suffix] = buffer.getvalue()
    return made


@cache
def font() -> bytes:
    """A TrueType font of a few letters, so that its tables are what is changed."""
    import fontpkg_fira_sans
    from fontTools import subset
    from fontTools.ttLib import TTFont

    (file,) = Path(fontpkg_fira_sans.__file__).parent.rglob("FiraSans-Regular.ttf")
    whole = TTFont(file)
    small = subset.Subsetter()
    small.populate(text="abc 日ש")
    small.subset(whole)
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


def write_bank(folder: Path, data: Any) -> None:
    """A bank in a folder, with its pictures."""
    (folder / "media").mkdir()
    (folder / "bank.yaml").write_text(
        yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    (folder / "media" / "a.svg").write_bytes(SVG)
    (folder / "media" / "a.png").write_bytes(bitmaps()[".png"])


@cache
def package() -> bytes:
    """The deck of the whole bank."""
    with TemporaryDirectory() as folder:
        write_bank(Path(folder), bank())
        target = Path(folder) / "deck.apkg"
        prep_export.export(prep_export.load_bank(folder), "anki", target)
        return target.read_bytes()


@cache
def foreign() -> bytes:
    """A deck as other tools write it: one note type of many fields, and one with clozes."""
    import genanki

    fields = [{"name": name} for name in ("Id", "Front", "Back", "Notes", "Sound")]
    face = {"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}{{Notes}}"}
    basic = genanki.Model(1_600_000_001, "Many", fields=fields, templates=[face])
    face = {"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}{{Extra}}"}
    cloze = genanki.Model(
        1_600_000_002,
        "Gaps",
        fields=[{"name": "Text"}, {"name": "Extra"}],
        templates=[face],
        model_type=genanki.Model.CLOZE,
    )
    deck = genanki.Deck(1_600_000_003, "Root::A::B")
    html = "<div>H<sub>2</sub>O <b>bold</b><br><img src='a.png'> \\(x^2\\)</div>"
    table_ = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table><ul><li>x</li></ul>"
    deck.add_note(
        genanki.Note(basic, ["7", html, table_, "<u>n</u>", "[sound:a.mp3]"], tags=["C++"])
    )
    deck.add_note(
        genanki.Note(cloze, ["A {{c1::gap::hint}} {{c2::two}}", "extra"], tags=["日本語"])
    )
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "a.png"
        picture.write_bytes(bitmaps()[".png"])
        target = Path(folder) / "deck.apkg"
        genanki.Package(deck, media_files=[str(picture)]).write_to_file(target)
        return target.read_bytes()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    """A package of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def database(content: bytes, statements: list[tuple[str, tuple[Any, ...]]]) -> bytes:
    """A collection after some statements; those that fail are passed over."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        # A statement on an endless view would never end.
        connection.set_progress_handler(lambda: 1, 1_000_000)
        for statement, values in statements:
            with suppress(sqlite3.Error, OverflowError):
                connection.execute(statement, values)
        connection.commit()
        return connection.serialize()
    except sqlite3.Error:  # it was damaged before
        return content
    finally:
        connection.close()


def modern(content: bytes) -> bytes:
    """The same package as Anki of today writes it, by Anki's own backend."""
    from anki.collection import ExportAnkiPackageOptions

    from tests.support.collection import Learner

    with TemporaryDirectory() as folder:
        (Path(folder) / "in.apkg").write_bytes(content)
        learner = Learner(Path(folder) / "learner")
        learner.imports(Path(folder) / "in.apkg")
        target = Path(folder) / "out.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=False)
        learner.col.export_anki_package(out_path=str(target), options=options, limit=None)
        learner.col.close()
        return target.read_bytes()


def media_map(names: list[str]) -> bytes:
    """A media map of the older kind."""
    return json.dumps({str(number): name for number, name in enumerate(names)}).encode()
