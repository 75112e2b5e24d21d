"""A stand-in for GitHub's command line program, for what the Action asks of it.

A folder is GitHub: `releases/TAG/` has a release's files and `release.json`, `comments/NUMBER.json`
the comments of a pull request, `pulls.json` the open ones, `tags` the tags that were pushed, and
`forbidden` names what the token may not do. `calls.jsonl` keeps each call. It refuses what it does
not know, so that a test which passes has not asked for anything else.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(os.environ["GH_STAND_IN"])


def fail(text: str) -> NoReturn:
    sys.stderr.write(f"{text}\n")
    raise SystemExit(1)


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def permit(what: str) -> None:
    forbidden = HERE / "forbidden"
    if forbidden.exists() and what in forbidden.read_text().split():
        fail("gh: Resource not accessible by integration (HTTP 403)")


def releases() -> list[dict[str, Any]]:
    """As GitHub lists them: the newest first."""
    found = [json.loads(path.read_text()) for path in HERE.glob("releases/*/release.json")]
    for release in found:
        folder = HERE / "releases" / release["tag_name"]
        names = sorted(path.name for path in folder.iterdir() if path.name != "release.json")
        release["assets"] = [{"name": name} for name in names]
    return sorted(found, key=lambda release: release["id"], reverse=True)


def options(words: list[str], flags: set[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Options with their values, and the other words."""
    given: dict[str, list[str]] = {}
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            return given, rest + queue
        if word.startswith("--"):
            given.setdefault(word, []).append("" if word in flags else queue.pop(0))
        else:
            rest.append(word)
    return given, rest


def release(verb: str, words: list[str]) -> None:
    given, rest = options(words, {"--clobber", "--verify-tag", "--prerelease"})
    tag, *files = rest
    folder = HERE / "releases" / tag
    there = (folder / "release.json").exists()
    if verb != "create" and not there:
        fail("release not found")
    if verb == "view":
        assert given == {"--json": ["tagName"]}
        say({"tagName": tag})
    elif verb == "download":
        download(folder, given["--pattern"], Path(given["--dir"][0]))
    else:
        permit("release")
        if verb == "create":
            if there:
                fail(f"a release with the same tag name already exists: {tag}")
            create(folder, given)
        attach(folder, files, clobber="--clobber" in given)


def download(folder: Path, patterns: list[str], target: Path) -> None:
    for pattern in patterns:
        matching = fnmatch.filter([path.name for path in folder.iterdir()], pattern)
        if not matching:
            fail("no assets match the file pattern")
        for name in matching:
            if (target / name).exists():
                fail(f"{target / name} already exists (use `--clobber` to overwrite file)")
            shutil.copyfile(folder / name, target / name)


def create(folder: Path, given: dict[str, list[str]]) -> None:
    tag = folder.name
    if "--verify-tag" in given and tag not in (HERE / "tags").read_text().split():
        fail(f"tag {tag} doesn't exist in the repo")
    made = {
        "id": len(releases()) + 1,
        "tag_name": tag,
        "name": given["--title"][0],
        "body": Path(given["--notes-file"][0]).read_text("utf-8"),
        "draft": False,
        "prerelease": "--prerelease" in given,
    }
    folder.mkdir(parents=True)
    (folder / "release.json").write_text(json.dumps(made))


def attach(folder: Path, files: list[str], *, clobber: bool) -> None:
    for file in files:
        target = folder / Path(file).name
        if target.exists() and not clobber:
            fail("asset under the same name already exists")
        shutil.copyfile(file, target)


def api(words: list[str]) -> None:
    given, (path,) = options(words, {"--paginate"})
    method = given.get("--method", ["GET"])[0]
    assert os.environ["GH_REPO"] in path
    rest = path.partition(f"repos/{os.environ['GH_REPO']}/")[2].partition("?")[0]
    if rest == "releases":
        permit("contents")
        # A list a page, as `gh` joins them: with nothing between.
        sys.stdout.write("".join(json.dumps([one]) for one in releases()) or "[]")
    elif rest == "pulls":
        permit("pulls")
        wanted = dict(field.split("=", 1) for field in given["--raw-field"])
        pulls = json.loads((HERE / "pulls.json").read_text())
        say([one for one in pulls if one["head"]["label"] == wanted["head"]])
    elif found := re.fullmatch(r"issues/(\d+)/comments", rest):
        thread = HERE / "comments" / f"{found[1]}.json"
        comments = json.loads(thread.read_text("utf-8")) if thread.exists() else []
        if method == "GET":
            say(comments)
            return
        permit("comment")
        number = 1 + max((one["id"] for one in _all_comments()), default=100)
        comments.append({"id": number, **_by_a_bot(), **json.load(sys.stdin)})
        thread.parent.mkdir(exist_ok=True)
        thread.write_text(json.dumps(comments), encoding="utf-8")
        say(comments[-1])
    elif (found := re.fullmatch(r"issues/comments/(\d+)", rest)) and method == "PATCH":
        permit("comment")
        body = json.load(sys.stdin)
        for thread in HERE.glob("comments/*.json"):
            comments = json.loads(thread.read_text("utf-8"))
            for one in comments:
                if one["id"] == int(found[1]):
                    one.update(body)
            thread.write_text(json.dumps(comments), encoding="utf-8")
        say({})
    else:
        fail(f"gh: Not Found (HTTP 404): {method} {path}")


def _by_a_bot() -> dict[str, object]:
    return {"user": {"login": "github-actions[bot]", "type": "Bot"}, "author_association": "NONE"}


def _all_comments() -> list[dict[str, Any]]:
    threads = HERE.glob("comments/*.json")
    return [one for thread in threads for one in json.loads(thread.read_text("utf-8"))]


def main(words: list[str]) -> None:
    with (HERE / "calls.jsonl").open("a") as file:
        file.write(json.dumps(words) + "\n")
    if not os.environ.get("GH_TOKEN"):
        fail("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN variable")
    if words[0] == "release":
        release(words[1], words[2:])
    elif words[0] == "api":
        api(words[1:])
    else:
        fail(f"unknown command {words[0]!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
