"""Takes the pictures of README and docs again, from the shipped bank as it is now.

    .venv/bin/python docs/images/take.py [--anki PYTHON] [--only paper|cards|site|serve]

Pages need poppler (Debian: poppler-utils), the study page Chromium (Debian: chromium) and
playwright. Cards are photographed in Anki's own reviewer, and need the desktop program in a Python
of your choice, this one by default:

    python3 -m venv anki && anki/bin/pip install 'aqt[qt6]'
    .venv/bin/python docs/images/take.py --anki anki/bin/python

and on a machine without a screen Xvfb (Debian: xvfb, with the libraries that Qt names when it does
not start: libegl1 libgl1 libnss3 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libasound2
libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0
libxcb-shape0 libxcb-xinerama0). What is missing is said, and the rest is taken.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image, ImageChops

import prep_export

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.bank.model import Bank

HERE: Final = Path(__file__).resolve().parent
SHIPPED: Final = HERE.parents[1] / "decks" / "llm"

KINDS: Final = (
    "alignment-safety",
    "kv-cache-size",
    "attention-cache-code",
    "kv-cache-size/formula",
    "latency-cost-tokens",
    "practical-adaptation",
    "perplexity",
    "system-design-structure",
)
"""Ids: a pattern, a question, one of coding, a drill, a mistake, a criterion, a concept, a FAQ."""
LIGHT_AND_NIGHT: Final = ("kv-cache-size", "alignment-safety")
"""The cards of the README, the first light, the second at night."""

SITE: Final[tuple[tuple[int, Literal["light", "dark"], str], ...]] = (
    (1180, "light", "#attention-scaling"),
    (360, "dark", ""),
)
"""Widths in pixels, themes and addresses of the study page."""
SITE_HEIGHT: Final = 860
SERVE_HEIGHT: Final = 560
FAULTS: Final = (("of $d$ in", r"of $\frak{d}$ in"), ("topics: [rag]", "topics: [rga]"))
"""What is changed in a file for the picture of `serve`."""

SHARPNESS: Final = 1.25
"""Dots of a picture to a pixel of Anki's window."""
PHONE: Final = 400
"""Pixels, the width of the window."""
TALLEST: Final = 1500
"""Pixels of a card that are shown; longer ones are cut off."""
TALLEST_OF_TWO: Final = 930
"""The same in the README."""
COLORS: Final = 256
"""Of a picture: a byte for each dot, and a third of the size."""
GAP: Final = 24
SIDE: Final = 30
"""Dots at each side of a card that hold rules and no text."""
BETWEEN: Final = (0xD8, 0xDC, 0xE1)
BOOKLET_PAGES: Final = (8, 9)
PAGES_WIDE: Final = 1240
"""Pixels of a page of the sheet, which is to be read when it is opened."""


def pages(bank: Bank, name: str, wanted: Sequence[int], dots: int) -> list[Image.Image]:
    """Pages of a layout, counted from 1, at dots an inch."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.pdf"
        prep_export.export(bank, name, path)
        for page in wanted:
            place = ["-singlefile", "-f", str(page), "-l", str(page)]
            done = subprocess.run(
                ["pdftoppm", "-r", str(dots), *place, str(path)], check=True, capture_output=True
            )
            found.append(Image.open(BytesIO(done.stdout)).convert("RGB"))
    return found


def side_by_side(
    pictures: Sequence[Image.Image], ground: tuple[int, int, int] = BETWEEN
) -> Image.Image:
    """Pictures in a row, their tops in a line."""
    width = sum(one.width for one in pictures) + GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, max(one.height for one in pictures)), ground)
    left = 0
    for one in pictures:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row


def in_columns(pictures: Sequence[Image.Image], columns: int) -> Image.Image:
    """Pictures below each other in columns, each in the one that is shortest."""
    filled: list[list[Image.Image]] = [[] for _ in range(columns)]

    def height(column: Sequence[Image.Image]) -> int:
        return sum(one.height + GAP for one in column)

    for one in pictures:
        min(filled, key=height).append(one)
    stacks = []
    for column in filled:
        stack = Image.new("RGB", (pictures[0].width, max(map(height, filled)) - GAP), BETWEEN)
        top = 0
        for one in column:
            stack.paste(one, (0, top))
            top += one.height + GAP
        stacks.append(stack)
    return side_by_side(stacks)


def save(picture: Image.Image, name: str) -> None:
    """Write a picture in few colours, and say how large it is."""
    path = HERE / f"{name}.png"
    picture.quantize(COLORS, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {picture.width} by {picture.height}, {path.stat().st_size // 1024} KiB")


def take_paper(bank: Bank) -> None:
    """The sheet, two pages of the booklet, and fronts and backs of flashcards."""
    for number, page in enumerate(pages(bank, "pdf", (1, 2), 150), start=1):
        height = round(page.height * PAGES_WIDE / page.width)
        save(page.resize((PAGES_WIDE, height), Image.Resampling.LANCZOS), f"sheet-{number}")
    save(side_by_side(pages(bank, "booklet", BOOKLET_PAGES, 80)), "booklet")
    save(side_by_side(pages(bank, "flashcards", (1, 2), 80)), "flashcards")


def trimmed(card: Image.Image) -> Image.Image:
    """A card without the empty ground below its last line."""
    card = card.convert("RGB")
    ground = Image.new("RGB", card.size, card.getpixel((2, card.height - 2)))
    box = ImageChops.difference(card, ground).getbbox()
    bottom = card.height if box is None else box[3] + round(16 * SHARPNESS)
    return cut(card, min(bottom, round(TALLEST * SHARPNESS)))


def cut(card: Image.Image, height: float) -> Image.Image:
    """A card without what is below a height, or a little less, so that no line is cut through."""
    bottom = min(round(height), card.height)
    for row in range(bottom, bottom - round(40 * SHARPNESS), -1):
        if card.crop((SIDE, row - 1, card.width - SIDE, row)).getcolors(1):  # of one colour
            return card.crop((0, 0, card.width, row))
    return card.crop((0, 0, card.width, bottom))


def photographed(package: Path, anki: str, *, night: bool, folder: Path) -> dict[str, Image.Image]:
    """The cards of KINDS by id, as Anki shows them."""
    command = [anki, str(HERE / "reviewer.py"), str(package), str(folder), *KINDS]
    command += ["--width", str(PHONE), *(["--night"] if night else [])]
    if not os.environ.get("DISPLAY") and sys.platform == "linux":
        command = ["xvfb-run", "-a", "-s", "-screen 0 1600x3600x24", *command]
    environment = {**os.environ, "QT_SCALE_FACTOR": str(SHARPNESS)}
    subprocess.run(command, check=True, env=environment, timeout=240, stderr=subprocess.DEVNULL)
    return {name: Image.open(folder / f"{name.replace('/', '.')}.png") for name in KINDS}


def take_cards(bank: Bank, anki: str) -> None:
    """A card of each kind, light and at night."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "x.apkg"
        prep_export.export(bank, "anki", package)
        shown = {}
        for theme in ("light", "night"):
            found = photographed(package, anki, night=theme == "night", folder=Path(folder) / theme)
            shown[theme] = {name: trimmed(card) for name, card in found.items()}
            save(in_columns(list(shown[theme].values()), 4), f"kinds-{theme}")
        light, night = LIGHT_AND_NIGHT
        two = (shown["light"][light], shown["night"][night])
        save(side_by_side([cut(one, TALLEST_OF_TWO * SHARPNESS) for one in two]), "cards")


def take_site(bank: Bank, chromium: str) -> None:
    """The study page on a screen by day, with an answer open, and on a phone at night."""
    from playwright.sync_api import sync_playwright

    shown = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "x.html"
        prep_export.export(bank, "site", path)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for width, scheme, address in SITE:
            page = browser.new_page(
                viewport={"width": width, "height": SITE_HEIGHT},
                color_scheme=scheme,
                device_scale_factor=SHARPNESS,
            )
            page.goto(f"{path.as_uri()}{address}")
            page.wait_for_timeout(500)
            shown.append(Image.open(BytesIO(page.screenshot())).convert("RGB"))
        browser.close()
    save(side_by_side(shown), "site")


def take_serve(chromium: str) -> None:
    """The page that `serve` shows of a bank with two faults, at the item where they are."""
    from playwright.sync_api import sync_playwright

    from prep_export.serving.session import Session

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shutil.copytree(SHIPPED, Path(folder) / "decks" / "llm")
        os.chdir(folder)  # so that paths are shown as an author has them
        path = Path("decks/llm/03-rag.yaml")
        text = path.read_text(encoding="utf-8")
        for old, new in FAULTS:
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        session = Session(["decks/llm"], editor="vscode")
        session.look(lambda _desk, _built: None)
        session.open()
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": SITE[0][0], "height": SERVE_HEIGHT}, device_scale_factor=SHARPNESS
        )
        page.goto(session.address)
        page.wait_for_selector(".serve-here")
        page.evaluate("document.querySelector('article.item > .serve-here').scrollIntoView()")
        page.evaluate("scrollBy(0, -140)")
        page.wait_for_timeout(500)
        shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
        browser.close()
        session.close()
        os.chdir(before)
    save(shown, "serve")


def missing_for_cards(anki: str) -> str:
    """What keeps cards from being photographed; empty if nothing does."""
    asked = subprocess.run([anki, "-c", "import aqt.qt"], check=False, capture_output=True)
    if asked.returncode:
        return f"{anki} has no Anki: pip install 'aqt[qt6]' there, or name another by --anki"
    without_screen = not os.environ.get("DISPLAY") and sys.platform == "linux"
    if without_screen and shutil.which("xvfb-run") is None:
        return "there is no screen: install xvfb"
    return ""


def main() -> int:
    """Take what can be taken; 1 if something could not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--anki", default=sys.executable, help="a Python that has Anki")
    parser.add_argument(
        "--only", choices=("paper", "cards", "site", "serve"), help="take only these"
    )
    options = parser.parse_args()
    bank = prep_export.load_bank(SHIPPED)
    problems = []
    for name, take in (("site", lambda path: take_site(bank, path)), ("serve", take_serve)):
        if options.only in {None, name}:
            if chromium := shutil.which("chromium"):
                take(chromium)
            else:
                problems.append(f"no picture of {name}: install chromium")
    if options.only in {None, "paper"}:
        if shutil.which("pdftoppm"):
            take_paper(bank)
        else:
            problems.append("no pages: install poppler (Debian: poppler-utils)")
    if options.only in {None, "cards"}:
        if missing := missing_for_cards(options.anki):
            problems.append(f"no cards: {missing}")
        else:
            take_cards(bank, options.anki)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
