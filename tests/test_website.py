"""The documentation as a site: whole, without a dead link, and read as GitHub reads it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from markdown_it import MarkdownIt

from prep_export.project import address

from .conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS: Final = ROOT / "docs"
HOME: Final = {"README.md": "", "CHANGELOG.md": "changelog/", "CONTRIBUTING.md": "contributing/"}
"""Files outside of docs/ that are pages, and where the site has them."""
PAGES: Final = HOME | {f"docs/{path.name}": f"{path.stem}/" for path in DOCS.glob("*.md")}
MARKS: Final = set("h1 h2 h3 h4 ul ol li pre table tr th td blockquote hr img a strong em".split())


class Page(HTMLParser):
    """What a page is made of: marks in their order, text, addresses, anchors."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self._in_mark_of_heading = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {value for value in (values.get("id"), values.get("name")) if value}
        self._in_mark_of_heading = values.get("class") == "headerlink"
        if self._in_mark_of_heading:
            return
        self.marks += [tag] if tag in MARKS else []
        found = [value for value in (values.get("href"), values.get("src")) if value]
        self.links += found
        if tag in {"link", "script", "img"} and values.get("rel") != "canonical":
            self.loaded += found

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_mark_of_heading else data

    def handle_endtag(self, _tag: str) -> None:
        self._in_mark_of_heading = False


def build(folder: Path, to: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--strict", "--site-dir", to],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def in_navigation(entry: Any) -> Iterator[str]:
    for one in entry:
        ((_, below),) = one.items()
        yield from [below] if isinstance(below, str) else in_navigation(below)


def test_every_page_is_in_the_navigation_once() -> None:
    navigation = yaml.safe_load((ROOT / "properdocs.yml").read_text("utf-8"))["nav"]
    names = {path.removeprefix("docs/"): path for path in PAGES}
    names |= {f"{place.strip('/') or 'index'}.md": path for path, place in HOME.items()}
    found = list(in_navigation(navigation))
    assert len(found) == len(set(found))
    missing = set(PAGES) - {names.get(name, name) for name in found}
    assert missing == set(), "add these pages to `nav` in properdocs.yml"


@pytest.mark.parametrize("path", PAGES)
def test_an_address_of_the_site_that_is_written_out_is_that_of_a_page(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    for page in re.findall(rf"{re.escape(address('Documentation'))}([\w/-]*)", text):
        assert page in PAGES.values(), page


@pytest.mark.long
def test_no_link_of_the_site_is_dead_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert len(pages) == len(PAGES) + 1  # what is not found has a page too
    source, documentation = address("Source"), address("Documentation")
    for path, page in pages.items():
        assert not [url for url in page.loaded if urlsplit(url).netloc], path
        for url in page.links:
            parts = urlsplit(url.removeprefix(documentation) if path.name != "404.html" else url)
            if parts.scheme or parts.netloc:
                if url.startswith(f"{source}/blob/main/"):
                    assert (ROOT / url.removeprefix(f"{source}/blob/main/")).exists(), url
                continue
            below = unquote(parts.path)
            base = site if path.name == "404.html" or url.startswith(documentation) else path.parent
            target = (base / below.removeprefix("/prep-export").lstrip("/")).resolve()
            target = path if not parts.path else target
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path.parent.name, url)
            if parts.fragment and target in pages:
                assert parts.fragment in pages[target].anchors, (path.parent.name, url)


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_the_site_reads_a_page_as_github_does(site: Path, path: str) -> None:
    """Two dialects of Markdown differ about lists, code in them, and marks within words."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    wanted = Page(parser.render((ROOT / path).read_text("utf-8")))
    html = (site / PAGES[path] / "index.html").read_text("utf-8")
    main = re.search(r'role="main">(.*)</div>\s*</div>\s*</div>\s*<footer', html, re.DOTALL)
    assert main
    found = Page(main[1])
    assert "".join(found.text.split()) == "".join(wanted.text.split())
    assert found.marks == wanted.marks


FAULTS = {
    "a page that is not there": ("docs/cards.md", "[x](no.md)", "'no.md'"),
    "an anchor that is not there": ("docs/cards.md", "[x](serve.md#no)", "'serve.md#no'"),
    "an anchor of the home page": ("README.md", "[x](#no)", "'#no'"),
    "a picture that is not there": ("README.md", "![x](docs/images/no.png)", "images/no.png"),
    "a page without a place": ("docs/new.md", "# New", "new.md"),
}


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_documentation_stops_the_site(fault: str, tmp_path: Path) -> None:
    path, text, said = FAULTS[fault]
    for one in (*ROOT.glob("*.*"), *ROOT.glob("LICENSE*")):
        if one.is_file():
            shutil.copy(one, tmp_path)
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    with (tmp_path / path).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    (warning,) = re.findall(r"^WARNING.*(?:\n  - .*)*", done.stderr, re.MULTILINE)
    assert said in warning
