"""Which Anki imports our packages as promised: `python -m tests.anki_versions 23.10.1 25.9.5 …`.

Makes a virtual environment for each version (kept in `--folder`, so that a second run takes
seconds), imports two releases of a deck with it, and prints the table of docs/anki-contract.md.
Fails where a version does not do what the contract says of it: all, for those that it promises.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

import prep_export
from tests.support import judge
from tests.support.reserved import fill

BANK: Final = """
bank: {id: test, title: Test deck, version: "1", report: "https://example.org/{id}"}
topics: {rag: Retrieval, ml: Basics}
questions:
  - id: one
    topics: [rag]
    question: What is one?
    answer: An answer with $x^2$.
    drills:
      - {id: c, text: "{{c1::A}} and {{c2::B}}"}
      - {id: q, ask: Which?, answer: This.}
  - {id: two, topics: [rag], question: And then?, answer: More.}
  - {id: three, topics: [ml], question: How many?, answer: Three.}
concepts:
  - {id: term, topics: [ml], term: Recall, definition: What was found of all., reverse: true}
retired:
  - {id: old, reason: Wrong.}
"""
TWO: Final = "  - {id: two, topics: [rag], question: And then?, answer: More.}\n"
CHANGES: Final = (
    ("An answer", "A Better answer"),
    ("{{c2::B}}", "{{c2::B}} and {{c3::C}}"),
    (TWO, "  - {id: four, topics: [ml], question: What now?, answer: New.}\n"),
    ("{id: old,", "{id: two, reason: Merged., replaced_by: one}\n  - {id: old,"),
    ("example.org", "example.com"),
    ('version: "1"', "version: \"2\", css: '.pe { color: teal }'"),
)


def releases(folder: Path) -> None:
    """Write `first.apkg` and, a month later, `second.apkg`: changed, added to, retired from, with
    another look and address, and with reserved fields in use."""
    later = BANK
    for old, new in CHANGES:
        if old not in later:
            raise ValueError(old)
        later = later.replace(old, new)
    first, second = folder / "first.apkg", folder / "second.apkg"
    options: dict[str, str] = {}
    for number, (target, text) in enumerate(((first, BANK), (second, later))):
        source = folder / f"bank-{number}.yaml"
        source.write_text(text, encoding="utf-8")
        os.environ["SOURCE_DATE_EPOCH"] = str(judge.START + 30 * number * judge.DAY)
        try:
            prep_export.export(prep_export.load_bank(str(source)), "anki", target, options)
        finally:
            del os.environ["SOURCE_DATE_EPOCH"]
        options = {"previous": str(target)}
    fill(second, {"Hint": "Think.", "Typed": "answer"})


def judged(version: str, folder: Path, environments: Path, *, older: bool) -> dict[str, str]:
    """The facts of a version, in an environment that is made where there is none."""
    home = environments / version
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run(
            [
                python,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                f"anki=={version}",
            ],
            check=True,
        )
    command = [str(python), judge.__file__, str(folder), *(["--older-importer"] if older else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"imports": done.stderr.strip().splitlines()[-1][:100]}
    facts: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return facts


def table(found: dict[str, dict[str, str]]) -> str:
    """Versions as columns, facts as rows, in Markdown."""
    rows = list(dict.fromkeys(name for facts in found.values() for name in facts))
    lines = [f"| | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(facts.get(name, '') for facts in found.values())} |"
        for name in rows
    ]
    return "\n".join(lines)


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("versions", nargs="+", help="of the package 'anki' on PyPI, such as 25.9.5")
    parser.add_argument("--folder", type=Path, help="where virtual environments are kept")
    parser.add_argument("--older-importer", action="store_true", help="the one that push may meet")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        releases(folder)
        environments = (arguments.folder or folder).absolute()
        found = {
            version: judged(version, folder, environments, older=arguments.older_importer)
            for version in arguments.versions
        }
    sys.stdout.write(f"{table(found)}\n")
    return int(any(fact != "yes" for facts in found.values() for fact in facts.values()))


if __name__ == "__main__":
    sys.exit(main())
