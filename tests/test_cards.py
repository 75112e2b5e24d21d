"""What a card looks like: its HTML and its CSS, judged without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prep_export.bank.values import READABLE
from prep_export.exporters.anki import note_types
from prep_export.hues import HUES, hue

CSS = note_types.css()
DAY, NIGHT = ".card {\n  --ink", ".card.nightMode, .card.night_mode"
CODE = frozenset({"c-keyword", "c-name", "c-string", "c-number", "c-comment"})
GROUNDS = frozenset({"paper", "panel", "tint"})


def palette(theme: str) -> dict[str, str]:
    """The colours of a theme by name."""
    body = CSS[CSS.index(theme) :].partition("{")[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))


def of_chapter(number: int, theme: str) -> dict[str, str]:
    """Those of a theme on the cards of a chapter."""
    start = f".nightMode .pe-c{number}, .night_mode .pe-c{number} {{"
    start = start if theme == NIGHT else f"\n.pe-c{number} {{"
    body = CSS[CSS.index(start) :].partition("{")[2].partition("}")[0]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))
    assert set(found) == {"accent", "tint"}
    return {**palette(theme), **found}


def contrast(one: str, two: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Colours


def test_the_colours_of_text_and_ground_are_those_that_are_tested() -> None:
    texts = set(re.findall(r"[{; ]color: ([^;}]+?) ?[;}]", CSS))
    assert texts == {f"var(--{n})" for n in CODE | {"ink", "quiet", "accent", "warn", "good"}}
    grounds = set(re.findall(r"background: ([^;}]+?) ?[;}]", CSS))
    assert grounds == {"none", "#fbfbf9", "var(--accent)"} | {f"var(--{n})" for n in GROUNDS}
    assert not re.search(r"opacity|background-image", CSS)


@pytest.mark.parametrize("theme", [DAY, NIGHT])
@pytest.mark.parametrize("number", range(len(HUES) + 1))
def test_every_text_has_enough_contrast_on_every_ground(theme: str, number: int) -> None:
    """Chapter 0 is a card of none: a retired one."""
    colours = of_chapter(number, theme) if number else palette(theme)
    assert set(colours) == CODE | GROUNDS | {"ink", "quiet", "accent", "warn", "good", "line"}
    for name in set(colours) - GROUNDS - {"line"}:
        for ground in GROUNDS:
            found = contrast(colours[name], colours[ground])
            assert found >= READABLE, (name, ground, round(found, 2))


@pytest.mark.parametrize("theme", [DAY, NIGHT])
def test_a_panel_and_a_tint_are_seen_on_the_card(theme: str) -> None:
    for number in range(1, len(HUES) + 1):
        colours = of_chapter(number, theme)
        for ground in ("panel", "tint"):
            assert contrast(colours[ground], colours["paper"]) >= 1.1, (number, ground)


def test_a_card_has_the_colour_of_its_chapter_on_paper_too() -> None:
    for number in range(1, len(HUES) + 1):
        assert of_chapter(number, DAY)["accent"] == hue(number).day
        assert of_chapter(number, NIGHT)["accent"] == hue(number).night


def specificity(selector: str) -> tuple[int, int, int]:
    """How strong a simple selector is: ids, classes, elements."""
    bare = re.sub(r"[#.:][\w-]+", " ", selector)
    return (
        selector.count("#"),
        len(re.findall(r"[.:][\w-]+", selector)),
        len(re.findall(r"[a-z]+", bare)),
    )


NIGHT_RULES = {
    "Anki": ("body.nightMode", "card card1 nightMode"),
    "AnkiDroid": ("body.night_mode", "card card1 night_mode nightMode"),
    "AnkiDroid, dark": (
        "body.ankidroid_dark_mode",
        "card night_mode nightMode ankidroid_dark_mode",
    ),
}
"""By program: its own rule for ground and ink at night, and the classes that its `body` has."""


@pytest.mark.parametrize("program", NIGHT_RULES)
def test_our_night_outranks_that_of_the_program(program: str) -> None:
    rule, classes = NIGHT_RULES[program]
    selectors, _, body = CSS[CSS.index(NIGHT) :].partition("}")[0].partition("{")
    ours = [one.strip() for one in selectors.split(",")]
    assert "background: var(--paper)" in body
    assert "color: var(--ink)" in body
    matching = [s for s in ours if set(re.findall(r"[\w-]+", s)) <= {*classes.split(), "body"}]
    assert max(map(specificity, matching)) > specificity(rule)


def test_night_is_known_on_a_card_and_around_it() -> None:
    """AnkiWeb and AnkiMobile have put the class on what is around a card."""
    selectors = CSS[CSS.index(NIGHT) :].partition(" {")[0]
    assert {".nightMode .card", ".night_mode .card"} <= set(selectors.split(", "))
    for rule in re.findall(r"^[^{}@/]*night[^{}]*\{", CSS, re.MULTILINE):
        assert ("nightMode" in rule) == ("night_mode" in rule), rule


def test_a_drawing_turns_light_at_night_and_a_photo_keeps_its_ground() -> None:
    drawing, photo = (
        re.search(rf"\.nightMode \.pe img{kind}, [^{{]*\{{([^}}]*)\}}", CSS)
        for kind in (r"\[src\$=\"\.svg\"\]", "")
    )
    assert drawing
    assert photo
    assert "filter: invert(.88) hue-rotate(180deg)" in drawing[1]
    assert "background: none" in drawing[1]
    assert "background: #fbfbf9" in photo[1]
    assert "border-radius" in photo[1]


# Sizes and directions


def test_one_line_changes_the_size_of_everything() -> None:
    assert CSS.startswith("/*")
    first = re.search(r"\.card \{\s*--pe-size: 18px;\s*\}", CSS)
    assert first
    assert first.start() < 100
    assert len(re.findall(r"--pe-size", CSS)) == 2
    for size in re.findall(r"font(?:-size)?: ([^;}]+)", CSS):
        assert re.match(r"(?:\.|1)[\d.]*em|var\(--pe-size\)", size), size


SMALL = {".pe-head": 1, ".pe-count": 1, ".pe h4": 1, ".pe-foot": 1, ".pe figcaption": 1}


@pytest.mark.parametrize("selector", SMALL)
def test_nothing_is_too_small_to_read(selector: str) -> None:
    body = CSS[CSS.index(f"{selector} {{") :].partition("}")[0]
    found = re.search(r"font-size: ([\d.]+)em", body)
    assert found
    assert 18 * float(found[1]) >= 13


def test_code_runs_from_left_to_right_and_all_else_follows_the_text() -> None:
    assert re.search(r"\.pe pre\.code \{[^}]*direction: ltr", CSS)
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[{; ](?:left|right):",
        CSS,
    )


def test_what_is_too_wide_scrolls_in_its_own_box() -> None:
    formula = '.pe mjx-container[display="true"][display]'
    for selector in (".pe .table", ".pe pre.code", formula):
        assert re.search(re.escape(selector) + r" \{[^}]*overflow-x: auto", CSS)
    narrow = CSS[CSS.index("@media (max-width: 480px)") :]
    assert 'mjx-container[display="true"] > mjx-math { font-size: .82em; }' in narrow


def test_every_class_of_a_template_has_a_look() -> None:
    used = set()
    for path in Path(note_types.__file__).parent.glob("*.html"):
        for classes in re.findall(r'class="([^"{]*)', path.read_text(encoding="utf-8")):
            used |= set(classes.split())
    assert used - set(re.findall(r"\.([\w-]+)", CSS)) <= {"pe-front", "pe-back"}
