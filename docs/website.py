"""What the documentation's site needs and a configuration cannot say (hooks of ProperDocs).

The pages are written to be read at GitHub, from where they lie. On the site the README is the home
page, and of what lies outside of this folder some files are pages too; links between them are
turned to where they stand on the site, and links to other files of the repository lead to it.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from properdocs.structure.files import File, InclusionLevel
from pygments.formatters import HtmlFormatter

from prep_export.project import address

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown
    from properdocs.config.defaults import ProperDocsConfig
    from properdocs.structure.files import Files
    from properdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[1]
FROM_ROOT: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Files of the repository's root that are pages of the site, and their names there."""
COLOURS: Final = {"light": "default", "dark": "github-dark"}
"""Styles of Pygments for the code on light and dark pages."""


def slug(heading: str, separator: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", separator)


def in_repository(site: str) -> str:
    """Where a page of the site lies in the repository."""
    return next((path for path, name in FROM_ROOT.items() if name == site), f"docs/{site}")


def turned(url: str, site: str, files: Files) -> str:
    """The address on a page of the site of what the page names by where it lies itself."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path:
        return url
    target = posixpath.normpath(posixpath.join(posixpath.dirname(in_repository(site)), parts.path))
    name = FROM_ROOT.get(target, target.removeprefix("docs/"))
    file = files.get_file_from_path(name)
    if (
        file is not None
        and file.inclusion is not InclusionLevel.EXCLUDED
        and in_repository(name) == target
    ):
        path = posixpath.relpath(name, posixpath.dirname(site) or ".")
    elif (ROOT / target).exists():
        path = f"{address('Source')}/blob/main/{target}"
    else:
        return url  # leads nowhere, and is found by the site's own check
    return path + (f"#{parts.fragment}" if parts.fragment else "")


class _Links(Treeprocessor):
    def __init__(self, page: Page, files: Files) -> None:
        self.page = page
        self.files = files

    def run(self, root: Element) -> None:
        for element in root.iter():
            name = {"a": "href", "img": "src"}.get(element.tag)
            if name and (url := element.get(name)):
                element.set(name, turned(url, self.page.file.src_uri, self.files))


class Links(Extension):
    """Turns the links of the page that is being rendered, before the site judges them."""

    page: Page
    files: Files

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's own name
        md.treeprocessors.register(_Links(self.page, self.files), "turned_links", 4)


LINKS: Final = Links()


def on_config(config: ProperDocsConfig) -> None:
    """Takes the project's address from where it stands, and GitHub's anchors."""
    config.site_url = address("Documentation")
    config.repo_url, config.repo_name, config.edit_uri = address("Source"), "GitHub", "edit/main/"
    config.mdx_configs["toc"]["slugify"] = slug
    config.markdown_extensions.append(LINKS)  # type: ignore[arg-type] # instances are taken too
    config.extra_css.append("code.css")


def on_files(files: Files, config: ProperDocsConfig) -> Files:
    """Adds the pages from the repository's root, and the colours of code."""
    for path, name in FROM_ROOT.items():
        files.append(File.generated(config, name, content=(ROOT / path).read_text("utf-8")))
    for file in files.documentation_pages():
        file.edit_uri = in_repository(file.src_uri)
    styles = "\n".join(
        HtmlFormatter(style=style).get_style_defs(f"[data-bs-theme={theme}] .highlight")
        for theme, style in COLOURS.items()
    )
    files.append(File.generated(config, "code.css", content=styles))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: object) -> str:
    """Tells the links whose they are."""
    LINKS.page, LINKS.files = page, files
    return markdown
