"""The study page before the Nu validator, which holds it to the standard of HTML."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from .support.chromium import STUDY, site_file
from .support.programs import program
from .test_site_interview import bank as viva
from .test_site_read import BANK

if TYPE_CHECKING:
    from .conftest import ShippedFile

KNOWN: Final = (
    # Of an address of data; browsers take a space as it is, and two bytes more for each are many.
    r"Illegal character after “ta:”\. Space is not allowed",
    # MathML Core has both for every element; the validator knows MathML 3.
    r"Attribute “(displaystyle|scriptlevel)” not allowed on element “m\w+”",
    # Younger than the validator's CSS: `::highlight()`, and a field that grows.
    r"^CSS: (Parse Error|“field-sizing”: )",
)


@pytest.mark.long
def test_the_page_is_valid_html(tmp_path: Path, shipped_file: ShippedFile) -> None:
    jar = os.environ.get("VNU_JAR", "")
    if not Path(jar).is_file():
        pytest.skip("needs the Nu validator: `npm install vnu-jar`, and its vnu.jar in VNU_JAR")
    pages = [shipped_file("site")]
    arabic = STUDY.replace("title: Study}", "title: دراسة, language: ar}")
    for number, text in enumerate((STUDY, BANK, viva(), arabic)):
        folder = tmp_path / str(number)
        folder.mkdir()
        pages.append(site_file(text, folder))
    java = program("java", package="default-jre-headless")
    done = subprocess.run(
        [java, "-jar", jar, "--errors-only", "--format", "json", *map(str, pages)],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    found = json.loads(done.stderr)["messages"]
    assert not [
        (one["url"], one.get("lastLine"), one["message"], one.get("extract"))
        for one in found
        if not any(re.search(known, one["message"]) for known in KNOWN)
    ]
