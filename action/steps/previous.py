"""The packages that learners have: of each bank the newest that a release holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .gh import GitHubError, gh, pages
from .git import git
from .runner import StepError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .runner import Runner

_PACKAGE: Final = ".apkg"


def previous(runner: Runner) -> None:
    """Fetch packages, and tell the tag of the newest release that has one, and which it has.

    Raises StepError where they cannot be had: built without them, a deck would take every note for
    a changed one, and cost learners their own edits.
    """
    runner.previous.mkdir()
    try:
        releases = [
            release
            for release in pages(runner, f"repos/{runner['GITHUB_REPOSITORY']}/releases")
            if not release["draft"] and not release["prerelease"]
        ]
        newest, names = "", ""
        fetched: set[str] = set()
        for release in releases:
            tag = release["tag_name"]
            missing = [name for name in _packages(release) if name not in fetched]
            if not missing or not _comes_before(runner, tag):
                continue
            patterns = [word for name in missing for word in ("--pattern", name)]
            gh(runner, "release", "download", tag, "--dir", str(runner.previous), *patterns)
            fetched.update(missing)
            if not newest:
                newest, names = tag, "\n".join(missing)
            runner.say(f"fetched from release {tag}: {', '.join(missing)}")
    except GitHubError as error:
        raise StepError(
            f"the packages of the last release cannot be had: {error}. "
            "The job needs the permission 'contents: read'"
        ) from None
    if not fetched:
        runner.say("no release has a package yet: this is built as the first")
    runner.output("tag", newest)
    runner.output("packages", names)


def _packages(release: dict[str, Any]) -> Iterator[str]:
    for asset in release["assets"]:
        if asset["name"].endswith(_PACKAGE):
            yield asset["name"]


def _comes_before(runner: Runner, tag: str) -> bool:
    """Whether this commit follows that of a release, as it is taken to where a clone cannot tell.

    So an older version that is built again does not follow a newer one, nor a release itself.
    """
    if runner["GITHUB_REF"] == f"refs/tags/{tag}":
        return False
    known, commit = git(runner, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}^{{commit}}")
    if not known or git(runner, "rev-parse", "--is-shallow-repository") == (True, "true"):
        return True
    return git(runner, "merge-base", "--is-ancestor", commit, "HEAD")[0]
