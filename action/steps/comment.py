"""One comment on a pull request, updated in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .compare import MARK, UNCHANGED
from .gh import GitHubError, gh, pages
from .markdown import without_mentions
from .runner import PULL_REQUEST, StepError, shortened

if TYPE_CHECKING:
    from .runner import Runner

_LIMIT: Final = 60_000
"""Bytes; GitHub takes 65,536 characters."""
_OURS: Final = {"OWNER", "MEMBER", "COLLABORATOR"}
"""Whose comment may be ours where a workflow writes with a person's token. Anybody else could begin
one with our mark, and say later what they like in it."""


def comment(runner: Runner) -> None:
    """Write what the file says, or say in a warning why not: the job goes on.

    Raises StepError for a file that is none of the Action's.
    """
    # A fork may have handed it over: any bytes.
    path = Path(runner["INPUT_FILE"])
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    if not text.startswith(MARK):
        raise StepError(f"file: '{runner['INPUT_FILE']}' is no file that the Action gave as 'diff'")
    try:
        _write(runner, text)
    except GitHubError as error:
        if error.refused:
            runner.warn(
                f"no comment on the pull request: the job lacks 'pull-requests: write' ({error}). "
                "From a fork no job has it; docs/ci.md shows the way with two workflows"
            )
        else:
            runner.warn(f"no comment on the pull request: {error}")


def _write(runner: Runner, text: str) -> None:
    number = _number(runner)
    if not number:
        runner.warn("no comment: there is no open pull request with this commit")
        return
    repository = f"repos/{runner['GITHUB_REPOSITORY']}"
    thread = f"{repository}/issues/{number}/comments"
    ours = [one for one in pages(runner, thread) if _is_ours(one)]
    body = {"body": without_mentions(shortened(text, _LIMIT))}
    if ours:
        place = f"{repository}/issues/comments/{ours[0]['id']}"
        gh(runner, "api", "--method", "PATCH", place, data=body)
        runner.say("updated the comment on the pull request")
    elif text.startswith(UNCHANGED):
        runner.say("no comment on the pull request: it changes nothing for learners")
    else:
        gh(runner, "api", "--method", "POST", thread, data=body)
        runner.say("commented on the pull request")


def _is_ours(one: dict[str, Any]) -> bool:
    known = one["user"]["type"] == "Bot" or one["author_association"] in _OURS
    return known and (one["body"] or "").startswith(MARK)


def _number(runner: Runner) -> int:
    """Of the pull request; 0 where there is none."""
    event = runner.event
    if PULL_REQUEST in event:
        number: int = event[PULL_REQUEST]["number"]
        return number
    # Of a run for a fork's pull request GitHub does not say which it was. What the run itself has
    # written must not decide: a stranger may have written it.
    run = event.get("workflow_run") or {}
    owner = (run.get("head_repository") or {}).get("owner", {}).get("login")
    if not owner:  # the fork is gone, or this event is about no pull request
        return 0
    branch = run["head_branch"]
    repository = runner["GITHUB_REPOSITORY"]
    found = gh(
        runner, "api", "--method", "GET", f"repos/{repository}/pulls",
        "--raw-field", "state=open", "--raw-field", f"head={owner}:{branch}",
    )  # fmt: skip
    return next((one["number"] for one in json.loads(found) if _has(one, run["head_sha"])), 0)


def _has(one: dict[str, Any], commit: str) -> bool:
    return bool(one["head"]["sha"] == commit)
