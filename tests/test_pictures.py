"""Pictures: what of an SVG travels, what of it paper shows, and what no picture may do."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from math import cos, isclose, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pixels

import prep_export
from prep_export.css import fault
from prep_export.exporters.anki.compose import compose_notes
from prep_export.markdown.images import ImageError, Images
from prep_export.svg import geometry
from prep_export.svg.clean import clean
from prep_export.svg.paper import Paper, for_paper, labels
from prep_export.svg.tree import SVG, SvgError, parse

from .support import paper as on_paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.findings.finding import Finding


def svg(inside: str, root: str = 'viewBox="0 0 100 100"') -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f"{root}>\n{inside}\n</svg>"
    ).encode()


RECT = '<rect width="9" height="9"/>'


def drawn(inside: str, root: str = 'viewBox="0 0 100 100"') -> Paper:
    return for_paper(clean(svg(inside, root))[1])


def elements(inside: str, name: str) -> list[dict[str, str]]:
    """The attributes of the elements of a name in the form for paper."""
    root = ET.fromstring(drawn(inside).content)
    return [dict(node.attrib) for node in root.iter(SVG + name)]


@pytest.fixture
def findings(tmp_path: Path) -> Callable[[bytes], tuple[Finding, ...]]:
    def run(content: bytes, name: str = "x.svg") -> tuple[Finding, ...]:
        (tmp_path / name).write_bytes(content)
        return prep_export.read_bank(bank(tmp_path, f"![x]({name})")).findings

    return run


def bank(folder: Path, answer: str) -> str:
    text = "bank: {id: t, title: T}\ntopics: {r: R}\nfaqs:\n"
    text += f"- {{id: f, topics: [r], question: Q, answer: '{answer}'}}\n"
    (folder / "bank.yaml").write_text(text, encoding="utf-8")
    return str(folder)


# What travels


def test_a_picture_that_needs_no_change_keeps_its_bytes() -> None:
    for path in (Path(__file__).parents[1] / "decks" / "llm" / "media").glob("*.svg"):
        content = path.read_bytes()
        assert clean(content)[0] == content


def test_what_an_editor_has_noted_for_itself_does_not_travel() -> None:
    content = svg(
        '<sodi:view xmlns:sodi="urn:sodi" path="/home/ada/secret"/>\n'
        '<metadata><x>y</x></metadata><g ink:label="/home/ada" xmlns:ink="urn:ink">'
        f"<title>T</title>{RECT}</g><text>one<ink:x xmlns:ink='urn:ink'/> two</text>"
    )
    cleaned, _ = clean(content)
    assert b"ada" not in cleaned
    assert b"metadata" not in cleaned
    assert b"one two" in cleaned
    assert b'<rect width="9" height="9"/>' in cleaned
    assert clean(cleaned)[0] == cleaned == clean(content)[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>',
        '<rect onclick="x()" width="9" height="9"/>',
        '<a href="java&#9;script:x()"><rect/></a>',
        '<a xlink:href="data:text/html,x"><rect/></a>',
        '<image href="../secret.png"/>',
        '<image href="data:image/svg+xml,x"/>',
        '<image xlink:href="//host/x.png"/>',
        '<use xlink:href="../secret.svg#x"/>',
        '<rect fill="url(../x.svg#a)"/>',
        '<rect fill="u\\72l(//host)"/>',
        '<rect style="fill: url(//host)"/>',
        "<style>@\\69mport '//host'</style>",
        "<style>rect { fill: image-set('//host') }</style>",
        '<style>@font-face { font-family: a; src: url("//host") }</style>',
        '<set attributeName="xlink:href" to="//host"/>',
        "<foreignObject><iframe src='//host'/></foreignObject>",
        '<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="//host"/></foreignObject>',
    ],
)
def test_nothing_in_a_picture_runs_or_reaches_out(
    findings: Callable[[bytes], tuple[Finding, ...]], inside: str
) -> None:
    (found,) = findings(svg(RECT + "\n" + inside))
    assert found.code == "image-broken"
    assert "(line 3)" in found.message


def test_an_embedded_font_and_a_link_may_stay() -> None:
    content = svg(
        "<style>@font-face { font-family: a; src: url(data:font/woff2;base64,AA) }</style>"
        f'<a href="https://example.org">{RECT}</a>'
    )
    assert clean(content)[0] == content


# What is broken


@pytest.mark.parametrize(
    ("inside", "cause"),
    [
        ('<rect width="9wide" height="9"/>', "'9wide' as its 'width'"),
        ('<rect width="NaN" height="9"/>', "'NaN'"),
        ('<rect width="1e99" height="9"/>', "too large"),
        ('<rect width="-9" height="9"/>', "negative"),
        ('<path d="L1 1"/>', "begins with a move"),
        ('<path d="M1 1 L2"/>', "lacks a number"),
        ('<path d="M1 1 X2 2"/>', "'X2 2' is no part"),
        ('<polygon points="1 2 3"/>', "no pairs"),
        ('<polygon points="1 2 a 4"/>', "is no number"),
        ('<g transform="turn(9)"><rect/></g>', "'turn(9)' is no transformation"),
        ('<rect width="9" height="9" stroke="red" stroke-dasharray="1 x"/>', "stroke-dasharray"),
        ('<rect width="9" height="9" stroke="red" stroke-width="-1"/>', "negative stroke-width"),
        ('<text font-size="big">x</text>', "'big' as its 'font-size'"),
        ('<g id="a"><use href="#a"/></g>', "refers to itself"),
        (
            '<linearGradient id="a" href="#a"/><rect width="9" height="9" fill="url(#a)"/>',
            "refers to itself",
        ),
        ('<image width="9" height="9" href="data:image/png;base64,!"/>', "base64"),
        ('<image width="9" height="9" href="data:image/png;base64,AAAA"/>', "cannot be opened"),
        ("<g/>", "shows nothing"),
    ],
)
def test_what_is_broken_in_a_picture_is_named_with_its_line(
    findings: Callable[[bytes], tuple[Finding, ...]], inside: str, cause: str
) -> None:
    (found,) = findings(svg(inside))
    assert found.code == "image-broken"
    assert cause in found.message
    assert "(line 2)" in found.message or inside == "<g/>"


@pytest.mark.parametrize(
    "root",
    ['viewBox="0 0 0 9"', 'viewBox="0 0 9"', 'width="0" height="9"', 'width="-9" height="9"', ""],
)
def test_a_picture_has_a_size(findings: Callable[[bytes], tuple[Finding, ...]], root: str) -> None:
    assert [one.code for one in findings(svg(RECT, root))] == ["image-broken"]


def test_an_svg_without_its_namespace_is_refused_as_browsers_do(
    findings: Callable[[bytes], tuple[Finding, ...]],
) -> None:
    (found,) = findings(b'<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>')
    assert "xmlns" in found.message


TWICE = "".join(
    f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 40)
)
HUGE = {
    "shapes": RECT * 8_001,
    "elements": "<g/>" * 50_001 + RECT,
    "copies": f'<defs><g id="a0">{RECT}</g>{TWICE}</defs><use href="#a39"/>',
    "copies of nothing": f'<defs><g id="a0"/>{TWICE}</defs><use href="#a39"/>',
    "a path": '<path d="M0 0' + "l1 1" * 60_000 + '"/>',
    "text": f"<text>{'word ' * 5_000}</text>",
    "stops": f"<linearGradient id='l'>{'<stop/>' * 9_000}</linearGradient>"
    "<rect width='9' height='9' fill='url(#l)'/>",
    "a chain": "".join(f"<linearGradient id='l{n}' href='#l{n + 1}'/>" for n in range(200))
    + "<rect width='9' height='9' fill='url(#l0)'/>",
    "brackets of a sheet": f"<style>{'[' * 5_000}</style>{RECT}",
    "brackets of a style": f"<rect width='9' height='9' style='fill: {'(' * 5_000}'/>",
    "a transform": f'<rect width="9" height="9" transform="{"scale(1)" * 2_000}"/>',
    "rules": "<style>" + ".a{}" * 2_001 + f"</style>{RECT}",
    "matches": "<style>" + "g g{}" * 300 + f"</style>{'<g/>' * 2_000}{RECT}",
    "steps": "<style>" + "g g g g g{}" + f"</style>{'<g>' * 60}{RECT}{'</g>' * 60}",
    "nesting": "<g>" * 200 + "</g>" * 200,
    "markers": f'<marker id="m">{RECT}</marker>'
    f'<polyline marker-mid="url(#m)" points="{"1 2 " * 5_000}"/>',
    "variables": "<style>svg { --a0: red; "
    + "".join(f"--a{n}: var(--a{n - 1}) var(--a{n - 1});" for n in range(1, 60))
    + '}</style><rect width="9" height="9" fill="var(--a59)"/>',
}


@pytest.mark.long
@pytest.mark.parametrize("inside", HUGE.values(), ids=HUGE)
def test_a_picture_that_would_take_for_ever_is_a_finding(
    findings: Callable[[bytes], tuple[Finding, ...]], inside: str
) -> None:
    (found,) = findings(svg(inside))
    assert found.code == "image-broken"
    assert "(line 2)" in found.message


# What paper shows


@pytest.mark.parametrize(
    ("inside", "feature"),
    [
        ("<foreignObject/>", "foreignObject"),
        ('<pattern id="p"/><rect width="9" height="9" fill="url(#p)"/>', "pattern"),
        ('<mask id="m"/><rect width="9" height="9" mask="url(#m)"/>', "mask"),
        ('<filter id="m"/><rect width="9" height="9" style="filter: url(#m)"/>', "filter"),
        ("<text>a<textPath>b</textPath></text>", "textPath"),
        ('<rect width="9" height="9"><animate/></rect>', "animation"),
        ('<rect width="calc(1px + 2px)" height="9"/>', "calc()"),
        ('<text style="text-decoration: underline">a</text>', "text-decoration"),
        ('<g style="mix-blend-mode: screen"><rect width="9" height="9"/></g>', "mix-blend-mode"),
    ],
)
def test_what_paper_lacks_is_a_warning_with_its_name_and_line(
    findings: Callable[[bytes], tuple[Finding, ...]], inside: str, feature: str
) -> None:
    (found,) = findings(svg(RECT + "\n" + inside))
    assert (found.code, found.severity) == ("not-on-paper", "warning")
    assert found.message == f"paper cannot show all of 'x.svg': {feature} (line 3)"
    assert found.location.line == 4


def test_a_file_is_judged_once_however_often_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_bytes(svg(RECT + "<foreignObject/>"))
    (tmp_path / "y.svg").write_bytes(b"<no")
    path = bank(tmp_path, "![x](x.svg) ![y](y.svg) ![z](z.svg)")
    text = (tmp_path / "bank.yaml").read_text()
    again = text.splitlines()[-1].replace("id: f", "id: g").replace("question: Q", "question: R")
    (tmp_path / "bank.yaml").write_text(f"{text}{again}\n")
    codes = [one.code for one in prep_export.read_bank(path).findings]
    assert sorted(codes) == ["image-broken", "image-missing", "image-missing", "not-on-paper"]


def test_a_plain_label_beside_a_foreign_one_is_what_paper_shows() -> None:
    found = drawn("<switch><foreignObject/><text>plain</text></switch>")
    assert found.lacks == ()
    assert b"plain" in found.content


def test_variables_style_sheets_and_inherited_values_become_attributes() -> None:
    style = "svg { --c: #123456 } g rect.a { fill: var(--c) } .a { stroke: var(--no, #010203) }"
    (found,) = elements(
        f'<style>{style}</style><g stroke-width="3"><rect class="a" width="9" height="9"/></g>',
        "rect",
    )
    assert found["fill"] == "#123456"
    assert found["stroke"] == "#010203"
    assert found["stroke-width"] == "3"
    (strong,) = elements(
        "<style>rect { fill: #111111 !important }</style>"
        '<rect style="fill: #222222" fill="#333333" width="9" height="9"/>',
        "rect",
    )
    assert strong["fill"] == "#111111"


def test_opacity_goes_to_the_shapes() -> None:
    (found,) = elements(
        '<g opacity=".5"><rect width="9" height="9" fill-opacity=".5" stroke="red" opacity="50%"/>'
        "</g>",
        "rect",
    )
    assert found["fill-opacity"] == "0.125"
    assert found["stroke-opacity"] == "0.25"
    (clear,) = elements('<rect width="9" height="9" fill="rgb(0 0 0 / 25%)"/>', "rect")
    assert clear["fill-opacity"] == "0.25"


def test_a_symbol_is_fitted_into_the_size_of_its_use() -> None:
    groups = elements(
        f'<symbol id="s" viewBox="0 0 10 10">{RECT}</symbol>'
        '<use href="#s" x="5" y="6" width="40" height="20"/>',
        "g",
    )
    assert groups == [{"transform": "matrix(2,0,0,2,15,6)"}]


MARKER = (
    '<marker id="m" refX="2" refY="1" markerWidth="4" markerHeight="4" {}>' + RECT + "</marker>"
)


@pytest.mark.parametrize(
    ("orient", "shape", "expected"),
    [
        ('orient="auto"', 'd="M0 0H10"', (1, 0, 0, 1, 8, -1)),
        ('orient="auto"', 'd="M0 0V10" stroke-width="3"', (0, 3, -3, 0, 3, 4)),
        ('orient="90"', 'd="M0 0H10"', (0, 1, -1, 0, 11, -2)),
        ("", 'd="M0 0H10" stroke-width="2"', (2, 0, 0, 2, 6, -2)),
        ('markerUnits="userSpaceOnUse"', 'd="M0 0H10" stroke-width="2"', (1, 0, 0, 1, 8, -1)),
        ('viewBox="0 0 8 8"', 'd="M0 0H10"', (0.5, 0, 0, 0.5, 9, -0.5)),
    ],
)
def test_a_marker_is_a_copy_at_the_end_of_its_line(
    orient: str, shape: str, expected: tuple[float, ...]
) -> None:
    """Its reference point stands on the corner, in the direction and size that it asks for."""
    (group,) = elements(
        MARKER.format(orient) + f'<path {shape} stroke="red" marker-end="url(#m)"/>', "g"
    )
    found = geometry.transformation(group["transform"])
    assert all(isclose(a, b, abs_tol=1e-6) for a, b in zip(found, expected, strict=True))


def test_a_marker_at_the_start_may_look_back_and_takes_the_colour_of_its_line() -> None:
    inside = (
        '<marker id="m" orient="auto-start-reverse"><rect width="9" height="9" '
        'fill="context-stroke"/></marker><line x2="9" stroke="#00ff00" marker-start="url(#m)"/>'
    )
    (group,), (rect,) = elements(inside, "g"), elements(inside, "rect")
    assert geometry.transformation(group["transform"])[:2] == pytest.approx((-1, 0))
    assert rect["fill"] == "#00ff00"


number = st.floats(-500, 500).map(lambda value: round(value, 2))
point = st.tuples(number, number)


@given(st.lists(point, min_size=2, max_size=8, unique=True), st.floats(-180, 180), st.booleans())
def test_markers_turn_with_their_outline(
    points: list[tuple[float, float]], angle: float, closed: bool
) -> None:
    path = geometry.polygon([part for one in points for part in one], closed=closed)
    turn = geometry.rotation(angle)
    turned = geometry.polygon(
        [part for one in points for part in geometry.moved(turn, one)], closed=closed
    )
    before, after = geometry.vertices(path), geometry.vertices(turned)
    assert len(before) == len(points) + closed
    for one, two in zip(before, after, strict=True):
        assert two.point == pytest.approx(geometry.moved(turn, one.point), abs=1e-6)
    # Inner corners that turn back on themselves may look either way.
    first, second = before[0].angle + angle, after[0].angle
    if not closed:
        assert cos(radians(first)) == pytest.approx(cos(radians(second)), abs=1e-6)
        assert sin(radians(first)) == pytest.approx(sin(radians(second)), abs=1e-6)


@given(st.lists(point, min_size=1, max_size=6), st.sampled_from("LTlt"))
def test_a_path_is_the_same_in_absolute_and_relative_steps(
    points: list[tuple[float, float]], letter: str
) -> None:
    data = "M3,4" + "".join(f"{letter}{x} {y}" for x, y in points)
    x, y = 3.0, 4.0
    for px, py in points:
        x, y = (x + px, y + py) if letter.islower() else (px, py)
    assert geometry.steps(data)[-1][1][-2:] == pytest.approx((x, y))


@given(point, st.floats(1, 50), st.floats(1, 50), st.floats(0, 90), st.booleans(), st.booleans())
def test_an_arc_ends_where_it_should_and_lies_on_its_ellipse(
    end: tuple[float, float], rx: float, ry: float, tilt: float, large: bool, sweep: bool
) -> None:
    data = f"M1 1A{rx} {ry} {tilt} {int(large)}{int(sweep)}{end[0]} {end[1]}"
    path = geometry.steps(data)
    assert path[-1][1][-2:] == pytest.approx(end) or end == (1.0, 1.0)
    assert len(path) <= 5


def test_numbers_need_no_space_where_a_sign_or_a_dot_parts_them() -> None:
    assert geometry.numbers("1-2.5.5e1,3") == [1, -2.5, 5, 3]
    assert geometry.steps("M1-2.5.5-1")[1] == ("L", (0.5, -1))
    assert geometry.steps("M0 0a5 5 0 1110 0")[-1][1][-2:] == pytest.approx((10, 0))


def test_the_labels_of_a_picture_are_its_texts() -> None:
    root = parse(svg("<g><text> one\n <tspan>two</tspan></text></g><title>no</title><text/>"))
    assert labels(root) == ["one two"]


FEATURES = {
    "arrows": MARKER.format('orient="auto"')
    + '<path d="M1 1C9 9 20 1 50 50Z" stroke="red" marker-mid="url(#m)"/>',
    "gradients": '<linearGradient id="l" gradientTransform="rotate(9)"><stop stop-color="red"/>'
    '<stop offset="1" stop-color="blue"/></linearGradient><radialGradient id="r" href="#l"/>'
    '<rect width="9" height="9" fill="url(#l)"/><circle r="9" fill="url(#r)"/>'
    '<text fill="url(#l)">x</text>',
    "clips": '<clipPath id="c"><circle r="9"/><use href="#b"/></clipPath><rect id="b" width="5" '
    'height="5"/><g clip-path="url(#c)"><path d="M0 0H90V90z" fill-rule="evenodd"/></g>',
    "texts": '<text x="1 2 3" y="9" dy="1" font-weight="700">abc<tspan x="4">d</tspan> e</text>',
    "a flat group": f'<g transform="scale(0)">{RECT}</g>{RECT}',
    "tiny": '<svg width="1e-9" height="1"><rect/></svg><rect width="1e-9" height="9"/>' + RECT,
}


@pytest.mark.long
@pytest.mark.parametrize("inside", FEATURES.values(), ids=FEATURES)
def test_what_validates_can_be_drawn(tmp_path: Path, inside: str) -> None:
    (tmp_path / "x.svg").write_bytes(svg(inside + "<text>word</text>"))
    found = prep_export.load_bank(bank(tmp_path, "![x](x.svg)"))
    prep_export.export(found, "pdf", tmp_path / "x.pdf")
    assert on_paper.is_sound(tmp_path / "x.pdf")
    assert "word" in on_paper.text(tmp_path / "x.pdf")


def test_the_parts_of_a_label_follow_each_other_as_wide_as_they_are(tmp_path: Path) -> None:
    """They were placed by the widths of a font that is not in the file, one over the other."""
    label = '<text x="5" y="50" font-size="12">softmax(WW<tspan dy="3">k</tspan></text>'
    (tmp_path / "x.svg").write_bytes(svg(label))
    bank_ = prep_export.load_bank(bank(tmp_path, "![A label](x.svg)"))
    prep_export.export(bank_, "booklet", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        chars = [char for page in document.pages for char in page.chars]
    text = "".join(char["text"] for char in chars)
    end = text.index("WWk") + 1
    before, after = chars[end], chars[end + 1]
    assert 0 <= after["x0"] - before["x1"] < 0.05 * before["size"]


@pytest.mark.long
def test_a_bitmap_has_no_more_dots_than_are_seen(tmp_path: Path) -> None:
    Pixels.radial_gradient("L").resize((1_800, 1_800)).convert("RGBA").save(tmp_path / "x.png")
    found = prep_export.load_bank(bank(tmp_path, "![x](x.png)"))
    prep_export.export(found, "pdf", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (picture,) = document.pages[0].images
    assert max(picture["srcsize"]) < 1_800
    assert picture["srcsize"][0] / (picture["width"] / 72) >= 290


# Files


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("größe.svg", "größe.svg"),
        ("日本 図.svg", "<日本 図.svg>"),
        ("my pic.svg", "my%20pic.svg"),
        ("100%.svg", "100%.svg"),
    ],
)
def test_a_picture_may_have_any_name(tmp_path: Path, name: str, written: str) -> None:
    (tmp_path / name).write_bytes(svg(RECT))
    found = prep_export.load_bank(bank(tmp_path, f"![x]({written})"))
    for layout in ("anki", "pdf"):
        prep_export.export(found, layout, tmp_path / layout)
    with zipfile.ZipFile(tmp_path / "anki") as package:
        assert package.read("0") == svg(RECT)


def test_a_name_is_shown_as_its_author_wrote_it(tmp_path: Path) -> None:
    (found,) = prep_export.read_bank(bank(tmp_path, "![x](größe.svg)")).findings
    assert found.message == "there is no image 'größe.svg'"
    place = found.location
    assert place.excerpt is not None
    assert place.excerpt[place.column - 1 : place.end_column - 1] == "größe.svg"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("![x](media/my pic.png)", "write ![x](<media/my pic.png>)"),
        ("![x] (pic.png)", "write ![x](pic.png)"),
    ],
)
def test_what_only_looks_like_a_picture_is_a_warning(
    tmp_path: Path, written: str, hint: str
) -> None:
    (found,) = prep_export.read_bank(bank(tmp_path, written)).findings
    assert (found.code, found.severity, found.hint) == ("image-syntax", "warning", hint)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such thing here")
@pytest.mark.parametrize("logo", [False, True])
def test_a_picture_that_is_no_file_is_refused_at_once(tmp_path: Path, logo: bool) -> None:
    os.mkfifo(tmp_path / "x.png")
    path = bank(tmp_path, "A." if logo else "![x](x.png)")
    if logo:
        text = (tmp_path / "bank.yaml").read_text().replace("T}", "T, pdf: {logo: x.png}}")
        (tmp_path / "bank.yaml").write_text(text)
    (found,) = prep_export.read_bank(path).findings
    assert found.code == "image-broken"
    assert "no regular file" in found.message


def test_a_picture_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is another picture for each who opens it; the name and the content must be of one."""
    (tmp_path / "x.svg").write_bytes(svg(RECT))
    found = prep_export.load_bank(bank(tmp_path, "![x](x.svg) ![x](x.svg)"))
    opened = []
    whole = os.open

    def changing(path: str, flags: int, *more: int, **named: int) -> int:
        if str(path).endswith("x.svg"):
            opened.append(path)
            Path(path).write_bytes(svg(f"{RECT}<!-- {len(opened)} -->"))
        return whole(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", changing)
    prep_export.export(found, "anki", tmp_path / "x.apkg")
    assert len(opened) == 1
    with zipfile.ZipFile(tmp_path / "x.apkg") as package:
        (name,) = [one for one in package.read("media").decode().split('"') if "svg" in one]
        again = Images(str(tmp_path)).find("x.svg")
        assert package.read("0") == svg(f"{RECT}<!-- 1 -->")
    assert name != again.name


def test_what_two_processes_read_must_be_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_bytes(svg(RECT))
    one, two = Images(str(tmp_path)), Images(str(tmp_path))
    one.find("x.svg")
    two.learn(one.found)
    assert two.used == one.used
    (tmp_path / "x.svg").write_bytes(svg(RECT * 2))
    three = Images(str(tmp_path))
    three.find("x.svg")
    with pytest.raises(ImageError, match="changed while"):
        three.learn(one.found)


def test_a_card_names_the_picture_that_travels(tmp_path: Path) -> None:
    content = svg(f'<g xmlns:i="urn:i" i:path="/home/ada">{RECT}</g>')
    (tmp_path / "x.svg").write_bytes(content)
    images = Images(str(tmp_path))
    (note,) = compose_notes(prep_export.load_bank(bank(tmp_path, "![x](x.svg)")), images)
    (image,) = images.used
    assert image.name in note.back
    assert image.content == clean(content)[0] != content


@pytest.mark.long
@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_the_largest_bitmap_takes_bounded_memory(tmp_path: Path, mode: str) -> None:
    pytest.importorskip("resource", reason="no way to ask for the memory of a process here")
    import subprocess
    import sys

    Pixels.new(mode, (7_000, 7_000)).save(tmp_path / "x.png")
    bank(tmp_path, "![x](x.png)")
    command = [sys.executable, "-m", "prep_export", "export", "pdf", str(tmp_path)]
    # A small process in between: Linux counts a parent's memory towards its child's peak, and the
    # process that runs these tests may be larger than what is measured.
    measured = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", measured, *command, "-q", "-o", str(tmp_path / "x.pdf")],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    assert 50 << 20 < int(ran.stdout) * unit < 500 << 20


# Style sheets of a header


@pytest.mark.parametrize(
    "css",
    [
        "@import 'x';",
        "@\\69mport url(x);",
        "a { background: url(http://x) }",
        "a { background: u\\72l('h\\74tp://x') }",
        "a { background: url(file:///etc/x) }",
        "a { background: url(x.png) }",
        "a { background: image-set('//host/x' 1x) }",
        "a { background: -webkit-image-set('//host/x' 1x) }",
        "a { --x: src('//host') }",
        "@media print { a { cursor: url(x) } }",
        "@font-face { font-family: x; src: local(x) }",
        "@namespace x url(data:image/png;base64,A);",
        "a { color: red }</style><img>",
        "a { color: red } }",
        "a { color }",
        "nothing",
        "a{" * 1_500,
    ],
)
def test_css_that_reaches_out_or_is_none_is_an_error_with_its_place(
    css: str, tmp_path: Path
) -> None:
    assert "at line 1, column" in fault(css)[0] or "deep" in fault(css)[0]
    text = Path(bank(tmp_path, "A.")) / "bank.yaml"
    quoted = css.replace("'", "''")
    text.write_text(text.read_text().replace("title: T", f"title: T, css: '{quoted}'"))
    (found,) = prep_export.read_bank(tmp_path).findings
    assert (found.code, found.location.line) == ("malformed-value", 1)


@pytest.mark.parametrize(
    "css",
    [
        ".pe-front { font-size: 1.1rem }",
        "@media (max-width: 40em) { a:not(.b) > p { color: rgb(1 2 3 / 50%); margin: -1px } }",
        "a { background: url(data:image/png;base64,AAAA) }",
        ".night_mode a { color: var(--x, hsl(1, 2%, 3%)); transform: rotate(3deg) }",
        "a { content: '//'; &:hover { color: teal } } /* http://example.org */",
    ],
)
def test_plain_css_is_taken(css: str) -> None:
    assert fault(css) == ("", "")


def test_a_fault_of_css_says_where() -> None:
    assert "line 2, column 8" in fault("a { color: red }\na { x: url(y) }")[0]


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_a_fault(content: bytes) -> None:
    with pytest.raises(SvgError):
        clean(b"<svg" + content)


def test_a_drawing_is_read_from_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that svglib has no folder in which to follow a reference."""
    import svglib.svglib

    asked = []
    whole = svglib.svglib.svg2rlg

    def noted(source: Any) -> Any:
        asked.append(source)
        return whole(source)

    monkeypatch.setattr(svglib.svglib, "svg2rlg", noted)
    (tmp_path / "x.svg").write_bytes(svg(RECT))
    found = prep_export.load_bank(bank(tmp_path, "![x](x.svg)"))
    prep_export.export(found, "pdf", tmp_path / "x.pdf")
    assert [type(one) for one in asked] == [BytesIO]
