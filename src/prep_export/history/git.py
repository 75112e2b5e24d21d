"""The git program: the one module that runs it.

It is asked about somebody's repository, which may not be trusted with more than its content. So no
shell, no argument that could be an option (revisions go by standard input), no hook, no file system
monitor, no remote, and no repository that lies as a folder of files inside another one. Filters
that its configuration names do run, as at every checkout: without Git LFS there were no pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.errors import HistoryError
from prep_export.paths import shown_path
from prep_export.printable import printable
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REMEDY: Final = "name the package that you published last, OLD.apkg, instead"

_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "core.symlinks": "false",
    "core.splitIndex": "false",
    "core.sparseCheckout": "false",
    "index.sparse": "false",
    "safe.bareRepository": "explicit",
}
"""What a repository's own configuration cannot overrule: nothing is started but filters of content,
nothing is written into it, and a link would be a file that says where it leads."""
_OF_ANOTHER: Final = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"),
    *("GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    *("GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_INTERNAL_SUPER_PREFIX"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS"),
    "GIT_ICASE_PATHSPECS",
)
"""Set where a hook of git has called: they name the repository and the index that it works on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree of git has at a path."""

    path: str
    """From the top of the repository, with forward slashes."""
    mode: str
    object: str

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")

    @property
    def is_link(self) -> bool:
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"


class Repository:
    """The repository in which a folder lies."""

    def __init__(self, folder: str) -> None:
        """Find it. Raises HistoryError where there is none, or no git program."""
        self._program = _program()
        self._folder = folder
        self.within = self._line("rev-parse", "--show-prefix")
        """The folder's path from the top, empty or with a slash at its end."""
        self._folder = self._line("rev-parse", "--show-toplevel")

    @property
    def top(self) -> str:
        """Its topmost folder."""
        return self._folder

    def remote(self, name: str) -> str:
        """The address of a remote; its name where there is none. No network is asked."""
        return self._line("ls-remote", "--get-url", name)

    def commit(self, revision: str) -> str:
        """The id of the commit that a tag, branch or id names.

        Raises HistoryError for what names none.
        """
        if revision and revision.isprintable():
            # By standard input, where nothing is an option.
            asked = f"{revision}^{{commit}}\n".encode("utf-8", "surrogateescape")
            answer = self._run(["cat-file", "--batch-check"], asked).split()
            if len(answer) == _OID_TYPE_SIZE and answer[1] == b"commit":
                return answer[0].decode()
        message = f"git knows no revision '{printable(revision)}'"
        if self._line("rev-parse", "--is-shallow-repository") == "true":
            # First: a tag that is near is most likely another release, and none is what was meant.
            raise HistoryError(
                f"{message}: this clone is shallow, without older commits and tags; run 'git fetch "
                "--unshallow --tags' (in GitHub Actions: 'fetch-depth: 0' of actions/checkout)"
            )
        tags = self._lines(
            "for-each-ref", "--sort=-creatordate", "--format=%(refname:short)", "refs/tags"
        )
        near = did_you_mean(revision, tags)
        if near:
            raise HistoryError(f"{message}; {near}")
        if not tags:
            raise HistoryError(
                f"{message}, and no tags at all; 'git fetch --tags' brings those of the remote"
            )
        shown = ", ".join(tags[:_SHOWN]) + (", …" if len(tags) > _SHOWN else "")
        raise HistoryError(f"{message}; tags: {shown}")

    def tree(self, commit: str, path: str = "") -> list[Entry]:
        """All below a path of a commit, or what stands at it."""
        command = ["ls-tree", "-r", "-z", "--full-tree", commit]
        return self._entries([*command, "--", path] if path else command)

    def on_the_way(self, commit: str, path: str) -> Entry | None:
        """The link or submodule at a path or above it, where there is one."""
        steps = path.split("/")
        paths = ["/".join(steps[: n + 1]) for n in range(len(steps))]
        entries = self._entries(["ls-tree", "-z", "--full-tree", commit, "--", *paths])
        return next((one for one in entries if one.is_link or one.is_submodule), None)

    def files_with(self, commit: str, words: Sequence[str], suffixes: Iterable[str]) -> list[str]:
        """The paths of the files with these suffixes in which all words stand."""
        command = ["grep", "-l", "-z", "-F", "--no-color", "--full-name", "--all-match"]
        command.append("--no-recurse-submodules")
        command += [part for word in words for part in ("-e", word)]
        globs = [f":(top,glob)**/*{suffix}" for suffix in suffixes]
        found = self._run([*command, commit, "--", *globs], may_fail=True)
        names = (_text(name).partition(":")[2] for name in found.split(b"\0"))
        return sorted(name for name in names if name)

    def write(self, entries: Iterable[Entry], folder: Path) -> None:
        """Write files of a commit below a folder, as a checkout would: with their line ends, and
        what filters such as that of Git LFS make of them. Links and submodules are passed over.

        Git itself refuses paths that would lead out of the folder.
        """
        lines = [f"{one.mode} {one.object}\t{one.path}\0" for one in entries if one.is_file]
        if not lines:
            return
        folder.mkdir()
        index = {"GIT_INDEX_FILE": os.fspath(folder.with_name(f"{folder.name}.index"))}
        told = "".join(lines).encode("utf-8", "surrogateescape")
        self._run(["update-index", "-z", "--index-info"], told, index)
        prefix = f"{folder.as_posix()}/"
        self._run(["checkout-index", "-a", "-f", "-q", f"--prefix={prefix}"], b"", index)

    def _entries(self, command: list[str]) -> list[Entry]:
        entries = []
        for line in self._run(command).split(b"\0"):
            about, _, path = line.partition(b"\t")
            if path:
                mode, _, oid = about.decode().split(" ")
                entries.append(Entry(_text(path), mode, oid))
        return entries

    def _line(self, *command: str) -> str:
        return _text(self._run(command)).removesuffix("\n").removesuffix("\r")

    def _lines(self, *command: str) -> list[str]:
        return _text(self._run(command)).split()

    def _run(
        self,
        command: Sequence[str],
        told: bytes = b"",
        environment: dict[str, str] | None = None,
        *,
        may_fail: bool = False,
    ) -> bytes:
        settings = [part for pair in _SETTINGS.items() for part in ("-c", "=".join(pair))]
        clean = {k: v for k, v in os.environ.items() if k.upper() not in _OF_ANOTHER}
        clean |= {
            "LC_ALL": "C",
            "LANGUAGE": "C",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "none",  # what a partial clone lacks would be fetched
        }
        clean |= environment or {}
        try:
            done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
                [self._program, *settings, *command],
                cwd=self._folder,
                input=told,
                capture_output=True,
                env=clean,
                check=False,
            )
        except OSError as error:
            raise HistoryError(f"cannot run git: {error.strerror or error}") from None
        if done.returncode and not (may_fail and done.returncode == 1):
            raise HistoryError(self._refusal(_text(done.stderr)))
        return done.stdout

    def _refusal(self, said: str) -> str:
        """What git has said, in one line."""
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        cause = next(
            (line for line in lines if line.startswith("fatal: ")), lines[-1] if lines else ""
        )
        cause = re.sub(r"^(fatal|error): ", "", cause)
        place = f"'{shown_path(self._folder)}'"
        if cause.startswith("not a git repository"):
            return f"{place} lies in no git repository, of which --since could read; {REMEDY}"
        if any("promisor remote" in line for line in lines):
            return (
                f"{place} lies in a partial clone, which lacks what is asked for: run 'git fetch "
                "--refetch --no-filter' (in GitHub Actions: no 'filter' for actions/checkout)"
            )
        remedy = next((line for line in lines if line.startswith("git config --global")), "")
        return f"git refuses in {place}: {cause or 'it does not say why'}" + (
            f"; run: {remedy}" if remedy else ""
        )


_OID_TYPE_SIZE: Final = 3
_SHOWN: Final = 5


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _program() -> str:
    """The path of git. One that lies in the current folder is somebody's file, not the program."""
    found = shutil.which("git")
    if found is None or not Path(found).is_absolute():
        raise HistoryError(
            f"there is no git program, by which --since reads; install it, or {REMEDY}"
        )
    return found
