"""Findings as SARIF 2.1.0, for code scanning and the viewers of editors.

Columns count UTF-16 code units, as SARIF's do unless a run says otherwise: many a reader does not
look whether it does.
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from prep_export.findings.forms import json_text
from prep_export.findings.reference import explanations
from prep_export.paths import path_from
from prep_export.project import address, docs_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.findings.finding import Finding, Location

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT: Final = "%SRCROOT%"
"""The name that readers know for the folder that paths count from."""

_ONE_UNIT: Final = "\uffff"
"""The last character that UTF-16 writes as one unit."""


def render_sarif(findings: Sequence[Finding], version: str, top: str = ".") -> str:
    """A log with one run and a rule for each code that was found.

    `version` is that of the program, `top` the folder that paths count from: the repository's.
    """
    codes = [code for code in explanations() if any(one.code == code for one in findings)]
    driver = {
        "name": "prep-export",
        "version": version,
        **_known("informationUri", address("Source")),
        "rules": [_rule(code) for code in codes],
    }
    alike: Counter[tuple[str, ...]] = Counter()
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [_result(one, codes.index(one.code), top, alike) for one in findings],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _known(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _rule(code: str) -> dict[str, Any]:
    known = explanations()[code]
    help_text = known.linked(docs_address(""))
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": f"{known.sentence}."},
        "fullDescription": {"text": known.reason},
        **_known("helpUri", docs_address(known.anchor)),
        "help": {"text": help_text, "markdown": help_text},
        "defaultConfiguration": {"level": known.severity},
    }


def _result(
    finding: Finding, rule: int, top: str, alike: Counter[tuple[str, ...]]
) -> dict[str, Any]:
    at = finding.location
    artifact = _artifact(path_from(top, at.path))
    # The same finding stays the same when lines are added above it.
    what = (finding.code, (at.excerpt or "").strip())
    alike[(*what, artifact["uri"])] += 1
    key = "\n".join((*what, str(alike[(*what, artifact["uri"])])))
    hint = f" ({finding.hint})" if finding.hint else ""
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": finding.message + hint},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": _region(at)}}],
        "partialFingerprints": {
            "codeAndLine/v1": sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        },
    }


def _artifact(path: str) -> dict[str, str]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}


def _region(at: Location) -> dict[str, int]:
    line = at.excerpt or ""
    region = {"startLine": at.line, "startColumn": _units(line, at.column)}
    if at.end_column:
        region["endColumn"] = _units(line, at.end_column)
    return region


def _units(line: str, column: int) -> int:
    """A column in characters as one in UTF-16 code units."""
    return column + sum(char > _ONE_UNIT for char in line[: column - 1])
