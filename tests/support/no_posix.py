"""A plugin of pytest that takes away what only POSIX has, as far as tests can be collected without.

`pytest -p tests.support.no_posix --collect-only`: what asks for it while it is imported fails here
as it would on Windows.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Final

import pytest

MODULES: Final = ("grp", "pty", "pwd", "resource", "termios", "tty")
FUNCTIONS: Final = ("fork", "geteuid", "getuid", "killpg", "mkfifo", "openpty", "setsid")
SIGNALS: Final = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1")


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment] # how an import is made to fail
    for holder, names in ((os, FUNCTIONS), (signal, SIGNALS)):
        for name in names:
            if hasattr(holder, name):
                delattr(holder, name)
