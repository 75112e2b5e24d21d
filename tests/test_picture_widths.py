"""The width of a picture: `{width=60%}` behind it, on cards, on paper and back."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from PIL import Image as Pixels

import prep_export
from prep_export.importing.markdown import to_markdown
from prep_export.markdown.html import render
from prep_export.markdown.widths import in_points, is_width

if TYPE_CHECKING:
    from pathlib import Path

GOOD = ["60%", "100%", "0.5%", "6cm", "55.5mm", "300px", "120pt"]
BAD = ["0%", "101%", "0cm", "-3cm", "6", "6in", "6em", "99999px", "auto", "60 %", "1e3px", ""]


@pytest.mark.parametrize("width", GOOD)
def test_a_width_is_shown_and_comes_back(width: str) -> None:
    text = f"before ![a](x.svg){{width={width}}}, after"
    html = render(text)
    assert f'alt="a" style="width:{width}">, after' in html
    assert to_markdown(html, lambda path, _: path, lambda *_: None) == text


@pytest.mark.parametrize("width", BAD)
def test_nonsense_is_shown_as_typed_and_named(tmp_path: Path, width: str) -> None:
    assert not is_width(width)
    typed = f"{{width={width}}}"
    assert typed in render(f"![a](x.svg){typed}")
    (found,) = prep_export.read_bank(bank(tmp_path, f"![a](wide.svg){typed}")).findings
    assert (found.code, found.severity) == ("image-syntax", "warning")
    assert found.location.excerpt is not None
    assert found.location.excerpt[found.location.column - 1 :].startswith("{width=")


@pytest.mark.parametrize(
    "typed", ["{.wide}", "{#a}", "{height=3cm}", "{width=5% .a}", " {width=5%}"]
)
def test_no_other_attributes_are_known(tmp_path: Path, typed: str) -> None:
    (found,) = prep_export.read_bank(bank(tmp_path, f"![a](wide.svg){typed}")).findings
    assert found.code == "image-syntax"
    assert typed.strip() in found.message
    assert "{width=60%}" in found.hint


def test_braces_elsewhere_are_text(tmp_path: Path) -> None:
    text = "![a](wide.svg) and {width=5%}, a set {1, 2}"
    assert not prep_export.read_bank(bank(tmp_path, text)).findings


def test_what_ankis_editor_drags_is_kept() -> None:
    html = '<img src="a.png" width="300"><img src="b.png" style="height: 3px; width: 50%">'
    made = to_markdown(html, lambda path, _: path, lambda *_: None)
    assert made == "![](a.png){width=300px}![](b.png){width=50%}"
    assert "width" not in to_markdown(
        '<img src="a.png" width="wide" style="max-width: 3px">',
        lambda path, _: path,
        lambda *_: None,
    )


def test_lengths() -> None:
    assert in_points("50%", 300) == 150
    assert in_points("2.54cm", 300) == in_points("25.4mm", 300) == pytest.approx(72)
    assert in_points("96px", 300) == in_points("72pt", 300) == 72


@pytest.mark.long
@pytest.mark.parametrize("name", ["wide.svg", "small.png"])
def test_paper_obeys_it_and_blows_up_nothing_by_itself(tmp_path: Path, name: str) -> None:
    sizes = {}
    for width in ("", "{width=2cm}", "{width=50%}", "{width=100%}", "{width=2000px}"):
        found = prep_export.load_bank(
            bank(tmp_path, f"![a]({name}){width}" if width else f"![a]({name})")
        )
        prep_export.export(found, "booklet", tmp_path / "b.pdf")
        sizes[width] = drawn(tmp_path / "b.pdf")
    natural = {"wide.svg": 400 * 1.6 * 72 / 96, "small.png": 16 * 72 / 96}[name]
    assert sizes[""] <= natural + 0.1, "a small picture stays small"
    assert sizes["{width=2cm}"] == pytest.approx(72 / 2.54 * 2, abs=0.5)
    assert sizes["{width=50%}"] == pytest.approx(sizes["{width=100%}"] / 2, rel=0.02)
    assert sizes["{width=2000px}"] == pytest.approx(sizes["{width=100%}"]), (
        "never beyond its column"
    )


@pytest.mark.parametrize("answer", ["Words. ![a](tall.png)", "> Words. ![a](small.png)"])
def test_a_bitmap_stands_within_the_indent_of_its_text(tmp_path: Path, answer: str) -> None:
    """It is no wider than that leaves room, and does not cover the rule of an answer."""
    Pixels.new("RGB", (900, 90), "red").save(tmp_path / "tall.png")
    prep_export.export(prep_export.load_bank(bank(tmp_path, answer)), "booklet", tmp_path / "b.pdf")
    with pdfplumber.open(tmp_path / "b.pdf") as pdf:
        (page,) = (page for page in pdf.pages if page.images)
        (picture,) = page.images
        (words,) = (word for word in page.extract_words() if word["text"] == "Words.")
    assert picture["x0"] > words["x0"] - 0.5


def drawn(path: Path) -> float:
    """The width of the one picture of a PDF, in points."""
    with pdfplumber.open(path) as pdf:
        found = [one for page in pdf.pages for one in page.images]
        found += [
            r for page in pdf.pages for r in page.rects if r["non_stroking_color"] == (1, 0, 0)
        ]
    (one,) = found
    return float(one["width"])


def bank(folder: Path, answer: str) -> str:
    (folder / "wide.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 20">'
        '<rect width="400" height="20" fill="#ff0000"/></svg>',
        encoding="utf-8",
    )
    Pixels.new("RGB", (16, 1), "red").save(folder / "small.png")
    indented = textwrap.indent(answer, "      ")
    (folder / "b.yaml").write_text(
        "bank: {id: b, title: B}\ntopics: {t: T}\nfaqs:\n"
        f"  - id: f\n    topics: [t]\n    question: Q?\n    answer: |\n{indented}\n",
        encoding="utf-8",
    )
    return str(folder)


def test_only_widths_reach_the_style() -> None:
    assert not re.search("style=.*;", render("![a](x.svg){width=5%;color:red}"))
