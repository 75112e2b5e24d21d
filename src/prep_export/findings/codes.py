"""The codes of findings: stable names that scripts rely on, each described in docs/findings.md."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Severity: TypeAlias = Literal["error", "warning"]

WarningCode: TypeAlias = Literal[
    "house-style",
    "image-syntax",
    "long-answer",
    "long-code",
    "lost-text",
    "missing-glyph",
    "near-duplicate",
    "not-on-paper",
    "shown-as-typed",
    "unknown-language",
    "unshaped-script",
    "untranslated",
    "unused-tag",
    "unused-topic",
    "words-in-formula",
]
"""Codes of what does not stop an export, and may be left unsaid."""

Code: TypeAlias = Literal[
    WarningCode,
    "unused-ignore",
    # reading files
    "unreadable-file",
    "no-bank-files",
    "file-too-large",
    "not-utf8",
    "control-character",
    "empty-file",
    # YAML
    "yaml-syntax",
    "several-documents",
    "duplicate-key",
    "unknown-tag",
    "complex-key",
    "recursive-alias",
    "alias-expansion",
    "escape-in-math",
    "too-deep",
    # shape
    "unknown-section",
    "unknown-field",
    "missing-field",
    "expected-text",
    "expected-list",
    "expected-mapping",
    "unknown-value",
    "empty-text",
    "empty-list",
    "too-long-value",
    "malformed-id",
    "malformed-value",
    "low-contrast",
    # meaning
    "missing-header",
    "duplicate-header",
    "duplicate-id",
    "unknown-topic",
    "duplicate-topic",
    "repeated-topic",
    "undeclared-tag",
    "undeclared-parent",
    "dangling-reference",
    "retired-id",
    "drill-shape",
    "no-items",
    # arithmetic
    "check-words",
    "check-expression",
    "check-failed",
    # content
    "cloze-syntax",
    "no-cloze",
    "unexpected-cloze",
    "bad-math",
    "bad-link",
    "image-missing",
    "image-outside",
    "image-type",
    "image-broken",
    "unusable-font",
    "lost-cells",
    "deep-nesting",
]

WARNINGS: Final[frozenset[Code]] = frozenset({*get_args(WarningCode), "unused-ignore"})

CODES: Final[dict[Code, Severity]] = {
    code: "warning" if code in WARNINGS else "error" for code in get_args(Code)
}
"""Every code with its severity (a test holds that each is documented)."""
