"""Programs of the system that tests ask; and whether a test may skip where one is absent."""

from __future__ import annotations

import os
import shutil

import pytest


def program(*names: str, package: str) -> str:
    """Where the first of these programs is. Without any the test skips, or fails if none may skip.

    `.ci/run` installs every program, and says by PREP_EXPORT_ALL_TESTS that no test may skip. `CI`
    does not say that: it is set on every runner, also on systems that have no such program.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    if os.environ.get("PREP_EXPORT_ALL_TESTS"):
        pytest.fail(f"with PREP_EXPORT_ALL_TESTS there must be {names[0]}")
    pytest.skip(f"{names[0]} is not installed (Debian: {package})")
