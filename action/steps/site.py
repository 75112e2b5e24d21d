"""A folder that GitHub Pages can show."""

from __future__ import annotations

import json
import shutil
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .runner import PULL_REQUEST, StepError

if TYPE_CHECKING:
    from .runner import Runner

_INDEX: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<ul>
{items}
</ul>
</main>
</body>
</html>
"""


def site(runner: Runner) -> None:
    """Put the study pages together, where this event publishes; a page is ID.html for ever.

    Raises StepError where the list of several pages would take the place of one of them.
    """
    branch = runner.event.get("repository", {}).get("default_branch", "")
    here = runner["GITHUB_REF"] == f"refs/heads/{branch}"
    if not here or runner["GITHUB_EVENT_NAME"].startswith(PULL_REQUEST):
        runner.say(f"pages: published from the branch '{branch}' only")
        runner.output("pages", "false")
        return
    built = json.loads(runner.built.read_text("utf-8"))
    files = [Path(file["path"]) for file in built["files"] if file["format"] == "site"]
    folder = runner.folder / "site"
    folder.mkdir()
    for file in files:
        shutil.copyfile(file, folder / file.name)
    index = folder / "index.html"
    if len(files) == 1:
        shutil.copyfile(files[0], index)
    elif index.exists():
        raise StepError(
            "pages: a bank with the id 'index' has the address of the list that leads to the pages "
            "of all banks; publish it from a repository of its own, or without 'pages'"
        )
    else:
        title = runner["GITHUB_REPOSITORY"].rpartition("/")[2]
        items = "\n".join(_item(bank) for bank in built["banks"])
        index.write_text(_INDEX.format(title=escape(title), items=items), encoding="utf-8")
    runner.output("folder", folder)
    runner.output("pages", "true")


def _item(bank: dict[str, Any]) -> str:
    return f'<li><a href="{escape(bank["id"])}.html">{escape(bank["title"])}</a></li>'
