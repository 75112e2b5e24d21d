"""`prep-export init`: what a new repository holds, and what becomes of one that exists."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt
from typer.testing import CliRunner

import prep_export
from prep_export.bank.languages import CODES
from prep_export.bank.model import KINDS, SECTIONS
from prep_export.cli import init
from prep_export.cli.app import app
from prep_export.errors import OutputError, UsageError
from prep_export.exporters import registry
from prep_export.labels import LANGUAGES
from prep_export.project import address
from prep_export.starting import placing
from prep_export.starting.surroundings import on_github, surroundings

from .conftest import ROOT
from .support.runner import REPOSITORY, Event, Runner, environment_with_ours
from .support.runner import git as git_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

FILES = {
    ".github/ISSUE_TEMPLATE/card.yml",
    ".github/workflows/decks.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "decks/bank.schema.json",
    "decks/rag/bank.yaml",
    "decks/rag/concepts.yaml",
    "decks/rag/criteria.yaml",
    "decks/rag/faqs.yaml",
    "decks/rag/media/loop.svg",
    "decks/rag/mistakes.yaml",
    "decks/rag/patterns.yaml",
    "decks/rag/questions.yaml",
    "decks/rag/tables.yaml",
}


def start(folder: Path | str, **values: Any) -> prep_export.Started:
    return prep_export.start_repository(folder, **{"name": "rag", "title": "RAG", **values})


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content, but what git keeps for itself."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def heading(text: str) -> str:
    """The anchor of a heading that docs/start.md has."""
    assert f"## {text}\n" in (ROOT / "docs" / "start.md").read_text("utf-8")
    return text.lower().replace(" ", "-")


def findings(bank: str) -> set[str]:
    """Codes of what `validate --strict` would fail for."""
    reading = prep_export.read_bank(bank)
    assert reading.bank is not None
    return {f.code for f in (*reading.findings, *registry.check(reading.bank))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    start(folder, address="https://github.com/ada/cards")
    return folder


@pytest.fixture(scope="module")
def bank(made: Path) -> Bank:
    return prep_export.load_bank(made / "decks" / "rag")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs `init` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: CliRunner().invoke(app, ["init", *arguments], **options)


# The bank


@pytest.mark.parametrize("language", [*LANGUAGES, "it", "ar", "zh-Hant"])
def test_the_new_bank_is_clean_in_any_language(language: str, tmp_path: Path) -> None:
    begun = start(tmp_path, language=language)
    # The words that are added in these languages need a font on paper.
    assert findings(begun.bank) == ({"missing-glyph"} if language in {"zh", "ja"} else set())
    assert prep_export.load_bank(begun.bank).header.language == language


def test_it_has_an_example_of_every_section_and_form(bank: Bank) -> None:
    assert all(bank.section(name) for name in SECTIONS)
    assert bank.topics
    assert any("::" in topic for topic in bank.topics)
    assert bank.tags
    drills = [drill for _, item in bank.items() for drill in item.drills]
    assert any(drill.text for drill in drills)
    assert any(drill.ask and drill.why for drill in drills)
    assert len({question.kind for question in bank.questions}) >= 4
    assert {question.difficulty for question in bank.questions} == {"easy", "medium", "hard"}
    assert any(concept.reverse for concept in bank.concepts)
    assert any(item.checks for _, item in bank.items())
    assert any(item.sources for _, item in bank.items())
    assert bank.patterns[0].diagram
    assert bank.patterns[0].formula


def test_what_it_says_of_kinds_and_of_retired_items_is_so(made: Path, tmp_path: Path) -> None:
    questions = (made / "decks" / "rag" / "questions.yaml").read_text("utf-8")
    assert all(kind in questions for kind in KINDS)
    for path in (made / "decks" / "rag").glob("*.yaml"):
        text = path.read_text("utf-8")
        head, commented, example = text.partition("# retired:\n")
        if commented:
            lines = (commented + example).splitlines()
            text = head + "\n".join(line.removeprefix("# ") for line in lines)
        (tmp_path / path.name).write_text(text, "utf-8")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "loop.svg").write_bytes(
        (made / "decks" / "rag" / "media" / "loop.svg").read_bytes()
    )
    # Both are there still, and may not be: so the example names what there is.
    found = {finding.code for finding in prep_export.read_bank(tmp_path).findings}
    assert found == {"retired-id"}


@pytest.mark.long
@pytest.mark.parametrize("name", registry.BUILT_IN)
def test_every_export_of_it_is_made(name: str, bank: Bank, tmp_path: Path) -> None:
    report = prep_export.export(bank, name, tmp_path / "made")
    assert report.findings == ()
    assert report.size


@pytest.mark.long
def test_editors_check_its_files_by_the_schema_beside_them(made: Path) -> None:
    written = (made / "decks" / "bank.schema.json").read_text("utf-8")
    assert written == CliRunner().invoke(app, ["schema"]).stdout
    schema = json.loads(written)
    for path in (made / "decks" / "rag").glob("*.yaml"):
        text = path.read_text("utf-8")
        (name,) = re.findall(r"\A# yaml-language-server: \$schema=(\S+)\n", text)
        assert (path.parent / name).resolve() == (made / "decks" / "bank.schema.json").resolve()
        jsonschema.validate(yaml.safe_load(text), schema)


@pytest.mark.parametrize(
    "title",
    ["R.A.G.", 'Ada’s "cards": #1 \\ it\'s', "__ID__ of __TITLE__", "- [x] *y* <z> |", "no"],
)
def test_a_title_means_itself_wherever_it_stands(title: str, tmp_path: Path) -> None:
    begun = start(tmp_path, title=title)
    assert prep_export.load_bank(begun.bank).header.title == title
    shown = MarkdownIt().render((tmp_path / "README.md").read_text("utf-8").splitlines()[0])
    assert unescape(re.sub("<.*?>", "", shown)).strip() == title


# Its surroundings


def test_all_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    begun = start(tmp_path / "new" / "one")
    assert set(files_of(tmp_path / "new" / "one")) == FILES
    assert {Path(p) for p in begun.written} == {tmp_path / "new" / "one" / p for p in FILES}
    assert begun.kept == ()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_no_blank_is_left(made: Path) -> None:
    for path, content in files_of(made).items():
        assert not re.search(rb"__[A-Z_]+__", content), path


def test_the_link_of_a_card_fills_in_the_form_for_reports(made: Path, bank: Bank) -> None:
    assert bank.header.report
    assert bank.header.url == "https://github.com/ada/cards"
    link = urlsplit(bank.header.report)
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://github.com/ada/cards/issues/new"
    query = parse_qs(link.query)
    (template,) = query.pop("template")
    form = yaml.safe_load((made / ".github" / "ISSUE_TEMPLATE" / template).read_text("utf-8"))
    fields = {field["id"] for field in form["body"]}
    assert set(query) - {"title"} == {"card", "version"} <= fields


def test_the_version_that_wrote_the_files_is_the_one_they_use(made: Path) -> None:
    workflow = yaml.safe_load((made / ".github" / "workflows" / "decks.yml").read_text("utf-8"))
    used = {step["uses"] for job in workflow["jobs"].values() for step in job["steps"]}
    ours = {one for one in used if one.startswith("prep-export/")}
    source, version = address("Source"), f"v{prep_export.__version__}"
    assert ours == {f"{source.removeprefix('https://github.com/')}@{version}"}
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", one) for one in used - ours)
    (repository,) = yaml.safe_load((made / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert (repository["repo"], repository["rev"]) == (source, version)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in hooks}
    assert f"{source}@{version}" in (made / "README.md").read_text("utf-8")


def test_actions_of_others_are_those_of_our_own_workflows(made: Path) -> None:
    used = re.compile(r"uses: (actions/\S+ # \S+)$", re.MULTILINE)
    ours = "".join(path.read_text("utf-8") for path in ROOT.glob(".github/workflows/*.yml"))
    theirs = (made / ".github" / "workflows" / "decks.yml").read_text("utf-8")
    assert set(used.findall(theirs)) <= set(used.findall(ours))


def test_no_job_may_do_more_than_it_must(made: Path) -> None:
    workflow = yaml.safe_load((made / ".github" / "workflows" / "decks.yml").read_text("utf-8"))
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "check": {"contents": "read", "pull-requests": "write"},
        "page": {"pages": "write", "id-token": "write"},
        "release": {"contents": "write"},
    }


@pytest.mark.long
@pytest.mark.parametrize("on", [True, False])
def test_the_study_page_is_published_once_pages_are_on(on: bool, tmp_path: Path) -> None:
    folder = tmp_path / "cards"
    start(folder)
    git_in(folder, "init", "-q", "-b", "main")
    git_in(folder, "add", "-A")
    git_in(folder, "commit", "-q", "-m", "Begin")
    runner = Runner(tmp_path / "runner", folder, environment_with_ours(tmp_path / "venv"))
    repository = {"full_name": REPOSITORY, "default_branch": "main", "has_pages": on}
    event = Event("push", "refs/heads/main", {"repository": repository})
    jobs = runner.play_workflow(folder / ".github" / "workflows" / "decks.yml", event)
    assert not jobs["check"].failed, jobs["check"].log
    assert set(jobs) == ({"check", "page"} if on else {"check"})
    if on:
        assert [action for action, _ in jobs["page"].used] == ["actions/deploy-pages"]
        ((_, given),) = (one for one in jobs["check"].used if "upload-pages" in one[0])
        assert b"Writing cards" in Path(given["path"], "index.html").read_bytes()


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        "check-jsonschema --builtin-schema vendor.github-workflows workflows/decks.yml",
        "check-jsonschema --builtin-schema vendor.github-issue-forms ISSUE_TEMPLATE/card.yml",
        "zizmor --offline --no-progress ..",
        "pre-commit validate-config ../.pre-commit-config.yaml",
    ],
)
def test_those_who_read_its_files_find_nothing_wrong(command: str, made: Path) -> None:
    program, *arguments = command.split()
    program = str(Path(sys.executable).with_name(program))
    done = subprocess.run(
        [program, *arguments], cwd=made / ".github", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Folders that are not empty


def test_what_is_there_is_kept_and_named(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine too")
    (tmp_path / "notes").mkdir()
    begun = start(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert (tmp_path / ".gitignore").read_text() == "mine too"
    assert set(begun.kept) == {str(tmp_path / "README.md"), str(tmp_path / ".gitignore")}
    assert len(begun.written) == len(FILES) - 2


@pytest.mark.parametrize("name", ["README", "README.rst", "readme.txt"])
def test_a_readme_in_another_form_is_not_hidden(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    begun = start(tmp_path)
    assert begun.kept == (str(tmp_path / name),)
    assert set(files_of(tmp_path)) == FILES - {"README.md"} | {name}


def test_a_second_bank_joins_the_first(tmp_path: Path) -> None:
    start(tmp_path)
    before = files_of(tmp_path)
    begun = start(tmp_path, name="ml", title="ML")
    after = files_of(tmp_path)
    assert {path: after[path] for path in before} == before
    assert {path.split("/")[1] for path in set(after) - set(before)} == {"ml"}
    assert begun.kept == (), "to what it has written itself nothing is to be added"


def test_what_an_author_has_changed_of_ours_is_named_again(tmp_path: Path) -> None:
    start(tmp_path)
    ignore, readme = tmp_path / ".gitignore", tmp_path / "README.md"
    ignore.write_bytes(ignore.read_bytes().replace(b"\n", b"\r\n"))
    readme.write_text(readme.read_text("utf-8").replace("## To learn", "## Learn"), "utf-8")
    assert start(tmp_path, name="ml", title="ML").kept == (str(readme),)


@pytest.mark.parametrize("there", ["decks/rag", "decks/rag.yaml", "decks/rag.yml"])
def test_a_bank_of_that_id_is_never_touched(there: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).write_text("mine")
    before = files_of(tmp_path)
    with pytest.raises(OutputError, match=r"nothing is written: '.*' is there already"):
        start(tmp_path)
    assert files_of(tmp_path) == before


def test_all_that_is_in_the_way_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("")
    (tmp_path / "decks").write_text("")
    (tmp_path / "README.md").mkdir()
    with pytest.raises(OutputError) as raised:
        start(tmp_path)
    said = str(raised.value)
    assert f"'{tmp_path / '.github'}' is not a folder" in said
    assert f"'{tmp_path / 'decks'}' is not a folder" in said
    assert f"'{tmp_path / 'README.md'}' is a folder" in said
    assert said.count(";") == 2
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_nowhere_is_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to("nowhere")
    assert start(tmp_path).kept == (str(tmp_path / "README.md"),)
    assert not (tmp_path / "nowhere").exists()


OTHERS = [path for path in FILES if not path.startswith("decks/rag/")]


@pytest.mark.parametrize("at", range(0, len(OTHERS), 2))
def test_what_cannot_be_finished_leaves_nothing(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "decks").mkdir()
    move = placing._move_one
    moved: list[Path] = []

    def stop(source: Path, target: Path) -> None:
        if len(moved) == at:
            raise OSError(28, "No space left on device")
        moved.append(target)
        move(source, target)

    monkeypatch.setattr(placing, "_move_one", stop)
    with pytest.raises(OutputError, match="No space left on device"):
        start(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["README.md", "decks"]


def test_the_bank_comes_last_and_whole_so_that_a_killed_run_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = placing._move_one

    def watched(source: Path, target: Path) -> None:
        assert not (tmp_path / "decks" / "rag").exists()
        move(source, target)

    monkeypatch.setattr(placing, "_move_one", watched)
    start(tmp_path)
    assert set(files_of(tmp_path)) == FILES


def test_who_comes_between_keeps_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = placing._move_one

    def meanwhile(source: Path, target: Path) -> None:
        if target.name == "README.md":
            target.write_text("theirs")
        move(source, target)

    monkeypatch.setattr(placing, "_move_one", meanwhile)
    with pytest.raises(OutputError, match="exist"):
        start(tmp_path)
    assert {path: content.decode() for path, content in files_of(tmp_path).items()} == {
        "README.md": "theirs"
    }


def test_a_file_system_without_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    start(tmp_path)
    assert set(files_of(tmp_path)) == FILES


# The command


def test_it_prints_the_paths_and_says_what_comes_next(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    done = run("cards", "--id", "rag", "--title", "RAG")
    assert done.exit_code == 0
    assert {Path(p).as_posix() for p in done.stdout.splitlines()} == {f"cards/{p}" for p in FILES}
    said = done.stderr
    assert "cd cards" in said
    for command in re.findall(r"prep-export (\w+)", said):
        assert command in {one.name for one in app.registered_commands}
    assert "git init" in said
    assert f"{address('Documentation')}start/" in said
    assert (ROOT / "docs" / "start.md").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["cards"]


def test_a_closed_standard_input_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert init._value(None, "title", "Title", "Proposed") == "Proposed"


def test_without_a_terminal_the_folder_names_the_bank(run: Callable[..., Any]) -> None:
    done = run("RAG 101 cards", "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    header = prep_export.load_bank(Path("RAG 101 cards", "decks", "rag-101-cards")).header
    assert (header.id, header.title, header.language) == ("rag-101-cards", "Rag 101 cards", "en")


def test_the_current_folder_is_the_default(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cards").mkdir()
    monkeypatch.chdir(tmp_path / "cards")
    done = run()
    assert done.exit_code == 0
    assert Path("decks", "cards", "bank.yaml").exists()
    assert "cd " not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--id", "RAG"),
            "'RAG' is not an id; small letters, digits and single hyphens",
        ),
        (("--id", ""), "error: '' is not an id; small letters, digits and single hyphens\n"),
        (("--title", " "), "the title is empty; write what the deck is about"),
        (("--title", "A::B"), "the title holds '::'"),
        (("--title", "A\x1bB"), "a character that cannot be seen"),
        (("--title", "A\udcffB"), "a character that cannot be seen"),
        (("--title", "x" * 1001), "'title' has 1,001 characters; the limit is 1,000"),
        (("--language", "english"), "'language' is 'english'; write a language tag, such as en"),
        (("--language", "jp"), "'jp', the code of no language; write ja"),
        (("--language", ""), "'language' is empty; write a language tag"),
    ],
)
def test_values_that_no_bank_may_have_are_one_line(
    arguments: tuple[str, ...], said: str, run: Callable[..., Any], tmp_path: Path
) -> None:
    done = run("cards", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_all_wrong_values_are_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"not an id; .*; the title is empty; .*; .*no language"):
        start("unused", name="No", title="", language="xx")


def test_our_languages_are_languages() -> None:
    assert set(LANGUAGES) <= CODES
    assert len(CODES) == 190


def test_a_folder_whose_name_makes_no_id_needs_one(run: Callable[..., Any]) -> None:
    done = run("漢字")
    assert done.exit_code == 2
    assert done.stderr == ("error: the name of the folder '漢字' makes no id; give one: --id ID\n")
    assert run("漢字", "--id", "kanji").exit_code == 0


def test_a_title_that_paper_has_no_font_for_is_told_at_once(run: Callable[..., Any]) -> None:
    done = run("cards", "--title", "漢字")
    assert done.exit_code == 0
    assert "cards/decks/cards/bank.yaml:10:11: warning[missing-glyph]" in done.stderr


def test_a_file_is_no_folder(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "cards").write_text("mine")
    done = run("cards")
    assert done.exit_code == 1
    assert done.stderr == "error: nothing is written: 'cards' is not a folder\n"
    assert (tmp_path / "cards").read_text() == "mine"


def test_a_name_longer_than_any_system_takes_is_one_line(run: Callable[..., Any]) -> None:
    done = run("a" * 300)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"error: cannot write '{'a' * 300}': ")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_takes_nothing_is_one_line(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("prep_export.scratch.tempfile.mkdtemp", refuse)  # root may write anywhere
    done = run("--id", "rag")
    assert (done.exit_code, done.stderr) == (1, "error: cannot write '.': Permission denied\n")
    assert not list(tmp_path.iterdir())


def test_nothing_of_the_machine_is_needed(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No git, no home, no network."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setenv("PATH", "")
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    done = run("--id", "rag")
    assert done.exit_code == 0
    assert set(files_of(tmp_path)) == FILES


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_it_asks_until_the_answers_are_sound(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "prep_export", "init"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    os.write(ours, b"RAG\nrag\nCards on *RAG*\njp\n\n")
    printed, _ = process.communicate()
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert process.returncode == 0
    assert {Path(p).as_posix() for p in printed.splitlines()} == FILES
    assert "'RAG' is not an id" in said
    assert "'jp', the code of no language" in said
    header = prep_export.load_bank(tmp_path / "decks" / "rag").header
    assert (header.title, header.language) == ("Cards on *RAG*", "en")


# What git knows


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    return git


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/ada/cards",
        "https://github.com/ada/cards.git",
        "https://token@github.com/ada/cards.git",
        "git@github.com:ada/cards.git",
        "ssh://git@github.com/ada/cards.git",
    ],
)
def test_the_remote_on_github_is_known_in_every_form(remote: str) -> None:
    assert on_github(remote) == "https://github.com/ada/cards"


@pytest.mark.parametrize(
    "remote", ["", "/srv/cards.git", "https://gitlab.com/ada/cards", "https://github.com/ada"]
)
def test_any_other_remote_says_nothing(remote: str) -> None:
    assert on_github(remote) is None


def test_a_repository_with_a_remote_gets_its_addresses(
    run: Callable[..., Any], git: Callable[..., None]
) -> None:
    git("init", "-q")
    git("remote", "add", "origin", "git@github.com:ada/cards.git")
    done = run("--id", "rag", "--title", "RAG")
    assert done.exit_code == 0
    assert "git init" not in done.stderr
    assert "report" not in done.stderr
    header = prep_export.load_bank(Path("decks", "rag")).header
    assert header.report
    assert header.report.startswith("https://github.com/ada/cards/issues/new?")


def test_below_the_top_of_a_repository_github_looks_in_vain(
    run: Callable[..., Any], git: Callable[..., None], tmp_path: Path
) -> None:
    git("init", "-q")
    done = run("cards", "--id", "rag")
    assert done.exit_code == 0
    assert (
        f"so move to {tmp_path.resolve().as_posix()}: .github/ISSUE_TEMPLATE/card.yml, "
        ".github/workflows/decks.yml, .pre-commit-config.yaml\n"
    ) in done.stderr
    assert "git add . ../.github ../.pre-commit-config.yaml &&" in done.stderr


@pytest.mark.parametrize("name", ["cards", "more/my cards"])
def test_what_is_moved_to_the_top_works_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    begun = start(folder, top=tmp_path)
    assert len(begun.to_move) == 3
    for path in begun.to_move:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).rename(tmp_path / path)
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "decks.yml").read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    named = [step["with"]["bank"] for step in steps if step["uses"].startswith("prep-export/")]
    assert [shlex.split(one) for one in named] == [[f"{name}/decks"]] * 2
    hooks = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text("utf-8"))
    arguments = hooks["repos"][0]["hooks"][0]["args"]
    assert arguments == [f"{name}/decks"]
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["validate", "--strict", *arguments])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (0, "1 bank: no findings")
    # A link in a README counts from blob/BRANCH/ on GitHub.
    (link,) = re.findall(r"\]\((\S+releases/latest)\)", (folder / "README.md").read_text("utf-8"))
    page = f"https://github.com/ada/cards/blob/main/{name}/README.md"
    assert urljoin(page, link) == "https://github.com/ada/cards/releases/latest"
    again = start(folder, name="ml", title="ML", top=tmp_path)
    assert (again.kept, again.to_move) == ((), ())
    assert not (folder / ".pre-commit-config.yaml").exists()


def test_what_the_top_has_of_its_own_is_named(
    run: Callable[..., Any], git: Callable[..., None], tmp_path: Path
) -> None:
    git("init", "-q")
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    done = run("cards", "--id", "rag")
    assert f"{tmp_path.resolve().as_posix()} has its own .pre-commit-config.yaml\n" in done.stderr
    assert f"start/#{heading('In a folder of a repository')}" in done.stderr
    assert "decks.yml\n" in done.stderr, "which the top has not"


@pytest.mark.usefixtures("git")
def test_outside_of_any_repository_git_knows_nothing(tmp_path: Path) -> None:
    around = surroundings(tmp_path / "not" / "yet")
    assert (around.root, around.address) == (None, None)
