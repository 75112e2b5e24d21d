"""The inputs, and every finding: as annotations, in the summary, as the job's result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .markdown import counted, fenced
from .runner import StepError, TellsItselfError

if TYPE_CHECKING:
    from .runner import Runner

_FOUND: Final = 1
_SHOWN: Final = 200
"""Findings of the summary; nobody mends more before the next look."""


def validate(runner: Runner) -> None:
    """Judge the banks. Raises StepError for findings that fail, and for inputs that are wrong."""
    strict = ["--strict"] * runner.flag("strict")
    for name in ("comment", "release", "pages", "breaking"):
        runner.flag(name)  # a wrong word is better said before the work
    options = [*strict, "--", *runner.banks()]
    done = runner.prep_export("validate", "--format", "json", *options)
    if done.returncode not in {0, _FOUND}:
        raise StepError("'prep-export validate' could not judge the banks: see the line above")
    report = json.loads(done.stdout)
    findings = report["findings"]
    runner.output("findings", len(findings))
    words = [counted(report[f"{kind}s"], kind) for kind in ("error", "warning")]
    said = ", ".join(words) if findings else "no findings"
    runner.summary(f"## prep-export\n\n**{said}**\n" + (_listed(findings) if findings else ""))
    if findings:
        runner.prep_export("validate", "--quiet", "--format", "github", *options, shown=True)
    if done.returncode:
        raise TellsItselfError(f"{said}: nothing is built")


def _listed(findings: list[dict[str, Any]]) -> str:
    lines = [_line(finding) for finding in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"… and {len(findings) - _SHOWN:,} more: 'prep-export validate' lists all")
    return "\n" + fenced("\n".join(lines))


def _line(finding: dict[str, Any]) -> str:
    hint = f" ({finding['hint']})" if finding["hint"] else ""
    text = f"{finding['severity']}[{finding['code']}]: {finding['message']}{hint}"
    return f"{finding['path']}:{finding['line']}:{finding['column']}: {text}"
