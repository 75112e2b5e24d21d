"""From an empty folder to a learner who has two releases of a deck, and has lost nothing.

An author with a fresh environment begins a bank, writes, checks, commits; GitHub, played by
`support/runner.py`, checks pull requests and makes the releases; a learner imports both into the
official backend of Anki.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import pytest

from .conftest import ROOT
from .support.programs import skip_without_network
from .support.runner import Event, Runner, git

if TYPE_CHECKING:
    from pathlib import Path

    from .support.collection import Learner

pytestmark = pytest.mark.long

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

MONTH: Final = 30 * 86_400
START: Final = 1_790_000_000
CHUNKS: Final = """\
# yaml-language-server: $schema=../bank.schema.json
topics:
  chunking: Chunking
questions:
  - id: chunk-size
    topics: [chunking]
    question: How do you choose a chunk size?
    answer: By measuring recall on real questions.
    drills:
      - {id: recall, text: "Recall@k counts a {{c1::relevant passage}} among the first k."}
"""
OVERLAP: Final = """\
faqs:
  - id: overlap
    topics: [chunking]
    question: Should chunks overlap?
    answer: By a sentence or two, where a fact may be cut in two.
"""
RETIRED: Final = """\
retired:
  - id: how-many
    reason: It depends on what you learn for.
"""
FORM: Final = "https://github.com/ada/rag-cards/issues/new?template=card.yml"


class Author:
    """Somebody with an empty folder, a fresh environment, and a repository on GitHub."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        environment, self.here = folder / "environment", folder / "rag cards"
        self.here.mkdir()
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        programs = environment / ("Scripts" if os.name == "nt" else "bin")
        python = programs / ("python.exe" if os.name == "nt" else "python")
        pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        installed = subprocess.run([*pip, str(ROOT)], check=False, capture_output=True, text=True)
        skip_without_network(installed.stderr)
        assert installed.returncode == 0, installed.stderr
        self._program = programs / "prep-export"
        self._monkeypatch = monkeypatch
        self._commits = 0
        git(self.here, "init", "-q", "-b", "main")
        git(self.here, "remote", "add", "origin", "https://github.com/ada/rag-cards")
        self.runner = Runner(folder / "runner", self.here, python)

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run prep-export."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return subprocess.run(
            [str(self._program), *words], cwd=self.here, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def writes(self, name: str, text: str) -> None:
        (self.here / "decks" / "rag" / name).write_text(text, encoding="utf-8")

    def changes(self, name: str, old: str, new: str) -> None:
        text = (self.here / "decks" / "rag" / name).read_text("utf-8")
        assert text.count(old) == 1
        self.writes(name, text.replace(old, new))

    def commits(self, message: str) -> None:
        """A month after the last time."""
        date = f"{START + self._commits * MONTH} +0000"
        self._commits += 1
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            self._monkeypatch.setenv(name, date)
        git(self.here, "add", "-A")
        git(self.here, "commit", "-q", "-m", message)

    def pushes(self, event: Event) -> dict[str, str]:
        """What GitHub makes of it: the log of each job of the workflow, none of which may fail."""
        jobs = self.runner.play_workflow(self.here / ".github" / "workflows" / "decks.yml", event)
        for name, job in jobs.items():
            assert not job.failed, f"{name}: {job.log}"
        return {name: job.log for name, job in jobs.items()}

    def releases(self, tag: str) -> Path:
        """Push a tag; the package of its release."""
        git(self.here, "tag", tag)
        (self.runner.github.folder / "tags").write_text(git(self.here, "tag"))
        assert set(self.pushes(Event.tag(tag))) == {"release"}
        assert self.runner.github.release(tag)["files"] == [
            "rag-booklet.pdf",
            "rag-cheatsheet.pdf",
            "rag-flashcards.pdf",
            "rag.apkg",
            "rag.html",
        ]
        return self.runner.github.file(tag, "rag.apkg")


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    return Author(tmp_path, monkeypatch)


@dataclass(frozen=True)
class Learned:
    """What a learner must not lose."""

    schedule: dict[int, tuple[Any, ...]]
    reviews: list[Any]


def test_the_first_ten_minutes_and_a_month(author: Author, learner: Learner) -> None:
    first = begin(author)
    learned = study(learner, first)
    second = go_on(author)
    nothing_is_lost(learner, learned, second)


def begin(author: Author) -> Path:
    """An empty folder becomes a repository, with a release."""
    begun = author.types("init", "--id", "rag", "--title", "RAG interview questions")
    assert begun.returncode == 0, begun.stderr
    assert all((author.here / path).is_file() for path in begun.stdout.splitlines())
    assert author.types("validate", "--strict").returncode == 0

    author.writes("chunks.yaml", CHUNKS.replace("[chunking]", "[chunkng]"))
    found = author.types("validate", "--strict")
    assert found.returncode == 1
    assert re.search(r"chunks\.yaml:6:14: error\[unknown-topic\]", found.stdout)
    assert "did you mean 'chunking'?" in found.stdout

    author.writes("chunks.yaml", CHUNKS)
    assert author.types("validate", "--strict").returncode == 0
    author.commits("Begin a bank")
    assert set(author.pushes(Event.push())) == {"check", "page"}
    package = author.releases("v0.1")
    assert author.runner.github.release("v0.1")["body"] == "The first release."
    return package


def study(learner: Learner, package: Path) -> Learned:
    """A learner has the deck for a while, and makes it their own."""
    assert learner.imports(package).new == learner.col.note_count()
    (card,) = learner.cards("Id:chunk-size")
    assert re.search(f'href="{re.escape(escape(FORM))}[^"]*card=chunk-size', card.answer())
    assert len(learner.study("RAG interview questions", 12)) == 12
    own = learner.note("retrieval-practice")
    own["Back"] += "<p>As in school.</p>"
    own.tags.append("mine")
    learner.col.update_note(own)
    # Between the releases, not now: what is younger than both is never replaced.
    between = START + MONTH // 2
    learner.col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", between, own.id)
    learner.col.set_user_flag_for_cards(2, [card.id])
    return Learned(learner.schedule(), reviews_of(learner))


def reviews_of(learner: Learner) -> list[Any]:
    found: list[Any] = learner.col.db.all("SELECT * FROM revlog")
    return found


def go_on(author: Author) -> Path:
    """A month later a text is another, an item is new, one has gone; at first not a word of it."""
    author.changes("chunks.yaml", "on real questions.", "on questions that people have asked.")
    author.writes("overlap.yaml", OVERLAP)
    (author.here / "decks" / "rag" / "faqs.yaml").unlink()
    gone = author.types("diff", "--since", "v0.1", "--exit-code")
    assert gone.returncode == 1
    assert "how-many" in gone.stdout

    author.writes("retired.yaml", RETIRED)
    author.changes("bank.yaml", 'version: "0.1"', 'version: "0.2"')
    assert author.types("diff", "--since", "v0.1", "--exit-code").returncode == 0
    author.commits("Overlap; how many is nobody's question")
    assert set(author.pushes(Event.pull_request())) == {"check"}
    (comment,) = author.runner.github.comments()
    package = author.releases("v0.2")
    notes = author.runner.github.release("v0.2")["body"]
    for item in ("chunk-size", "overlap", "how-many"):
        assert item in comment["body"]
        assert item in notes
    return package


def nothing_is_lost(learner: Learner, learned: Learned, package: Path) -> None:
    """The learner takes the second release over the first."""
    assert learner.imports(package).new == 1
    now = learner.schedule()
    assert {number: now[number] for number in learned.schedule} == learned.schedule
    assert reviews_of(learner) == learned.reviews
    assert "people have asked" in learner.note("chunk-size")["Back"]
    own = learner.note("retrieval-practice")
    assert "As in school." in own["Back"]
    assert "mine" in own.tags
    assert "rag::retired" in learner.note("how-many").tags
    assert learner.damage() == []
