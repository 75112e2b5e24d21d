"""What independent programs say about a PDF: qpdf, poppler and pdfplumber."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def tool(name: str, *arguments: str | Path) -> str:
    """Output of a program; the test skips where it is absent, but never in CI."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI", "") not in {"", "false"}:
            pytest.fail(f"CI must have {name}")
        pytest.skip(f"{name} is not installed (Debian: qpdf, poppler-utils)")
    done = subprocess.run(
        [path, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def is_sound(path: Path) -> bool:
    """Whether qpdf finds neither an error nor a warning."""
    return "No syntax or stream encoding errors found" in tool("qpdf", "--check", path)


def fonts(path: Path) -> dict[str, tuple[str, bool]]:
    """(type, embedded) of every font by its name, as pdffonts lists them."""
    found = {}
    for line in tool("pdffonts", path).splitlines()[2:]:
        name, rest = line[:36].strip(), line[36:]
        embedded, subset, unicode_map = rest[35:48].split()
        found[name] = (rest[:18].strip(), embedded == subset == unicode_map == "yes")
    return found


def text(path: Path) -> str:
    """Text in reading order, with runs of white space as single spaces."""
    return " ".join(tool("pdftotext", "-raw", path, "-").split())


def info(path: Path) -> dict[str, str]:
    """The document's metadata as pdfinfo shows it."""
    pairs = (line.split(":", 1) for line in tool("pdfinfo", path).splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def outside_columns(path: Path) -> list[str]:
    """Words that reach out of the page or over the rule between two columns."""
    import pdfplumber

    found = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            words = page.extract_words(keep_blank_chars=False)
            body = [w for w in words if 60 < w["top"] < page.height - 42]
            rules = sorted(
                line["x0"]
                for line in page.lines
                if abs(line["x0"] - line["x1"]) < 0.1 and line["height"] > page.height / 2
            )
            for word in words:
                if not 20 <= word["x0"] <= word["x1"] <= page.width - 20:
                    found.append(f"page {page.page_number}: {word['text']} leaves the page")  # noqa: PERF401
            for word in body:
                if any(word["x0"] < x < word["x1"] for x in rules):
                    found.append(f"page {page.page_number}: {word['text']} crosses a rule")
                if word["bottom"] > page.height - 34:
                    found.append(f"page {page.page_number}: {word['text']} under the frame")
    return found
