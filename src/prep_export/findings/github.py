"""Findings for a run of GitHub Actions: the full text in the log, and an annotation for each.

GitHub shows an annotation at its line where that line is part of the pull request's changes; all
others it lists without their place, so each message begins with it.
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.findings.finding import summary
from prep_export.findings.forms import render_text
from prep_export.paths import path_from
from prep_export.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.findings.finding import Finding

SHOWN: Final = 10
"""Annotations of a level that GitHub shows of a step; the others it drops in silence."""


def render_github(findings: Sequence[Finding], top: str = ".") -> str:
    """The findings as people read them, folded, and as workflow commands, errors first.

    `top` is the folder that GitHub has checked out, from which it counts paths. Where GitHub will
    drop some, a notice says so.
    """
    if not findings:
        return ""
    errors = [one for one in findings if one.is_error]
    warnings = [one for one in findings if not one.is_error]
    lines = [f"::group::{summary(findings)}\n", render_text(findings), "::endgroup::\n"]
    if len(errors) > SHOWN or len(warnings) > SHOWN:
        text = f"{summary(findings)}. GitHub shows {SHOWN} of a kind; the log of this step has all,"
        text += " and so has: prep-export validate"
        lines.append(f"::notice title=prep-export::{_data(text)}\n")
    return "".join([*lines, *(_command(one, top) for one in (*errors, *warnings))])


def _command(finding: Finding, top: str) -> str:
    at = finding.location
    path = printable(path_from(top, at.path))
    properties = {"file": path, "line": str(at.line), "col": str(at.column)}
    if at.end_column:
        properties["endColumn"] = str(at.end_column)
    properties["title"] = f"prep-export[{finding.code}]"
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    hint = f" ({printable(finding.hint)})" if finding.hint else ""
    text = f"{path}:{at.line}:{at.column}: {printable(finding.message)}{hint}"
    return f"::{finding.severity} {said}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
