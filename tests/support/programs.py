"""Programs of the system that tests ask; and whether a test may skip where one is absent."""

from __future__ import annotations

import os
import shutil
import sysconfig
from typing import NoReturn

import pytest


def program(*names: str, package: str) -> str:
    """Where the first of these programs is. Without any the test skips, or fails if none may skip.

    `.ci/run` installs every program, and says by PREP_EXPORT_ALL_TESTS that no test may skip. `CI`
    does not say that: it is set on every runner, also on systems that have no such program.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    return skip(f"{names[0]} is not installed (Debian: {package})")


def skip_without_network(said: str) -> None:
    """Skip where pip has said that it finds no packages at all, or fail if no test may skip."""
    if "No matching distribution" in said or "Temporary failure in name resolution" in said:
        skip("pip finds no packages: there is no network")


def skip(reason: str) -> NoReturn:
    """Skip a test here, or fail if none may skip."""
    if os.environ.get("PREP_EXPORT_ALL_TESTS"):
        pytest.fail(f"with PREP_EXPORT_ALL_TESTS nothing is skipped: {reason}")
    pytest.skip(reason)


def installed(name: str) -> str:
    """A program that a package of the dev extra has put beside this Python."""
    path = shutil.which(name, path=sysconfig.get_path("scripts"))
    assert path, f"pip install -e '.[dev]' gives {name}"
    return path
