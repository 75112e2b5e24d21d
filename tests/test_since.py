"""`diff --since`: the bank of a git revision beside today's, with no old package."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.exporters.anki import compare_text as changes
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.snapshot import snapshot
from prep_export.history import difference_since
from prep_export.markdown.images import Images
from prep_export.printable import printable

from .support.programs import program
from .support.repository import ALONE, Repo
from .test_updates import ADDED, FIRST, GONE, TWO

if TYPE_CHECKING:
    from typer.testing import Result

    from prep_export.exporters.anki.compare import Difference

BANK = "decks/test.yaml"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>\n'
)
OTHER_PICTURE = PICTURE.replace("M1 1", "M2 1")
PICTURED = FIRST.replace("An answer.", '"An ![arrow](media/a.svg) answer."')


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    program("git", package="git")
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a bank of one file, tagged v1.0."""
    made = Repo(tmp_path / "repo")
    made.write(BANK, FIRST)
    made.commit("v1.0")
    return made


def since(repo: Repo, revision: str = "v1.0", bank: str = BANK) -> Difference:
    return difference_since(revision, prep_export.load_bank(repo.folder / bank))


def shown(found: Difference) -> list[tuple[str, str]]:
    return [(change.kind, change.id) for change in found.changes]


def refused(repo: Repo, revision: str = "v1.0", bank: str = BANK) -> str:
    with pytest.raises(prep_export.HistoryError) as caught:
        since(repo, revision, bank)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments])


def test_a_snapshot_of_a_bank_is_what_its_package_holds(tmp_path: Path, repo: Repo) -> None:
    repo.write(BANK, PICTURED.replace(TWO, "") + GONE)
    repo.write("decks/media/a.svg", PICTURE)
    bank = prep_export.load_bank(repo.folder / BANK)
    prep_export.export(bank, "anki", tmp_path / "deck.apkg")
    package, made = read_package(tmp_path / "deck.apkg"), snapshot(bank, Images(bank.root))
    assert made.notes.keys() == package.notes.keys()
    for guid, note in made.notes.items():
        theirs = package.notes[guid]
        for name in ("note_type", "tags", "fields", "decks", "ordinals", "kind"):
            assert getattr(note, name) == getattr(theirs, name), name
    for number, kind in made.note_types.items():
        theirs_type = package.note_types[number]
        for name in ("name", "field_ids", "template_ids", "texts", "css", "cloze"):
            assert getattr(kind, name) == getattr(theirs_type, name), name
    assert package.memory
    assert made.memory
    assert made.memory.bank == package.memory.bank == "test"


def test_the_same_bank_has_not_changed(repo: Repo) -> None:
    found = since(repo)
    assert (found.changes, found.unchanged, found.notices) == ((), 6, ())
    assert found.since == "v1.0"
    assert found.commit == repo.git("rev-parse", "v1.0^{commit}")


def test_what_is_not_committed_counts_as_today(repo: Repo) -> None:
    text = FIRST.replace("An answer.", "A better answer.").replace("    concepts:\n", ADDED)
    repo.write(BANK, text.replace(TWO, "") + GONE)
    found = since(repo)
    assert shown(found) == [("added", "four"), ("changed", "one"), ("retired", "two")]
    (field,) = found.changes[1].fields
    assert (field.before, field.after) == ("An answer.", "A better answer.")
    assert not found.has_errors


def test_any_name_of_a_commit_will_do(repo: Repo) -> None:
    repo.write(BANK, FIRST.replace("More.", "Less."))
    later = repo.commit()
    for revision in ("v1.0", "HEAD~1", "main~1", "refs/tags/v1.0", later[:9] + "^"):
        assert shown(since(repo, revision)) == [("changed", "two")], revision
    assert shown(since(repo, "main")) == []


def test_pictures_of_then_are_compared_with_those_of_today(repo: Repo) -> None:
    repo.write(BANK, PICTURED)
    repo.write("decks/media/a.svg", PICTURE)
    repo.commit("v2.0")
    assert shown(since(repo, "v2.0")) == []
    repo.write("decks/media/a.svg", OTHER_PICTURE)
    assert shown(since(repo, "v2.0")) == [("changed", "one")]


def test_files_of_then_have_the_line_ends_of_a_checkout(repo: Repo) -> None:
    repo.write(".gitattributes", "*.svg text eol=crlf\n")
    repo.write(BANK, PICTURED)
    picture = repo.write("decks/media/a.svg", PICTURE)
    repo.commit("v2.0")
    picture.unlink()
    repo.git("checkout", "-q", "--", "decks/media/a.svg")
    assert b"\r\n" in picture.read_bytes()
    assert shown(since(repo, "v2.0")) == []


def test_a_folder_of_files_is_read_whole_but_for_what_is_hidden(repo: Repo) -> None:
    header, _, rest = FIRST.partition("    questions:")
    repo.write("decks/test.yaml", "")
    (repo.folder / BANK).unlink()
    repo.write("decks/more/bank.yaml", header)
    repo.write("decks/more/deep/items.yml", "    questions:" + rest)
    repo.write("decks/more/.draft.yaml", "questions: [")
    repo.commit("v2.0")
    repo.write("decks/more/deep/items.yml", "    questions:" + rest.replace("More.", "Less."))
    assert shown(since(repo, "v2.0", "decks/more")) == [("changed", "two")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("decks/old name/bank.yaml", "decks/new/bank.yaml"),
        ("decks/test.yaml", "decks/test/bank.yaml"),
        ("decks/test/bank.yaml", "decks/test.yaml"),
        ("bank.yaml", "banks/deep/test.yaml"),
        ("banks/deep/test.yaml", "bank.yaml"),
    ],
)
def test_a_bank_that_stood_elsewhere_is_found_by_its_id(
    tmp_path: Path, before: str, after: str
) -> None:
    repo = Repo(tmp_path / "moved")
    repo.write("decks/other/bank.yaml", FIRST.replace("id: test", "id: other-test"))
    repo.write("compose.yaml", "services: {web: {image: test}}")
    repo.write(before, FIRST)
    repo.commit("v1.0")
    (repo.folder / before).unlink()
    repo.write(after, FIRST.replace("More.", "Less."))
    found = since(repo, bank=after)
    assert shown(found) == [("changed", "two")]
    (notice,) = found.notices
    assert notice.startswith("at v1.0 the bank was '")
    assert notice.split("'")[1] in {before, str(Path(before).parent)}


def test_of_the_banks_in_one_folder_each_is_read_alone(repo: Repo) -> None:
    other = repo.write("decks/other.yaml", FIRST.replace("id: test", "id: other"))
    repo.commit("v2.0")
    repo.write(BANK, FIRST.replace("More.", "Less."))
    assert shown(since(repo, "v2.0")) == [("changed", "two")]
    other.unlink()
    assert shown(since(repo, "v2.0")) == [("changed", "two")]


def test_a_bank_among_files_that_are_none_is_read_alone(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "top")
    repo.write("bank.yaml", FIRST)
    repo.write("compose.yaml", "services: {web: {image: test}}")
    repo.commit("v1.0")
    (repo.folder / "bank.yaml").unlink()
    repo.write("decks/llm/bank.yaml", FIRST.replace("More.", "Less."))
    found = since(repo, bank="decks/llm")
    assert shown(found) == [("changed", "two")]
    assert found.notices == ("at v1.0 the bank was 'bank.yaml'",)


def test_a_file_that_cannot_be_read_may_be_of_the_bank_that_moved(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "top")
    repo.write("old/bank.yaml", FIRST)
    repo.write("old/more.yaml", "questions: [")
    repo.commit("v1.0")
    shutil.move(repo.folder / "old", repo.folder / "new")
    repo.write("new/more.yaml", "faqs: [{id: why, topics: [ml], question: Why?, answer: So.}]")
    message = refused(repo, bank="new")
    assert message.startswith("the bank cannot be read at v1.0: v1.0:old/more.yaml:1: ")


def test_a_second_header_of_the_same_bank_stops_nothing(repo: Repo) -> None:
    repo.write("decks/more/a.yaml", FIRST)
    repo.write("decks/more/b.yaml", "bank: {id: test, title: Test deck}\n")
    (repo.folder / BANK).unlink()
    repo.commit("v2.0")
    (repo.folder / "decks/more/b.yaml").unlink()
    found = since(repo, "v2.0", "decks/more")
    assert shown(found) == []
    assert "a second header of this bank" in found.doubts[0]


def test_of_several_with_its_id_that_of_its_name_is_taken_or_none(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "copies")
    for folder in ("a/llm", "b/copy"):
        repo.write(f"{folder}/bank.yaml", FIRST)
    repo.commit("v1.0")
    repo.write("decks/llm/bank.yaml", FIRST)
    assert since(repo, bank="decks/llm").notices == ("at v1.0 the bank was 'a/llm'",)
    repo.write("decks/other/bank.yaml", FIRST)
    message = refused(repo, bank="decks/other")
    assert "several banks have the id 'test': 'a/llm', 'b/copy'" in message


def test_a_bank_that_there_was_not_yet_is_all_new(repo: Repo) -> None:
    repo.write("decks/new/bank.yaml", FIRST.replace("id: test", "id: new"))
    found = since(repo, bank="decks/new")
    assert {kind for kind, _ in shown(found)} == {"added"}
    assert len(found.changes) == 6
    assert found.notices == ("the bank did not exist at v1.0: all is new",)


def test_another_id_of_the_bank_is_an_error_and_the_rest_is_still_compared(repo: Repo) -> None:
    text = FIRST.replace("id: test", "id: better").replace("More.", "Less.")
    repo.write(BANK, text)
    found = since(repo)
    assert shown(found) == [("bank-renamed", "better"), ("changed", "two")]
    assert found.has_errors
    assert found.changes[0].remedy == "give the bank its old id 'test' back"
    same = "5 notes with the same text since v1.0, yet new to every learner"
    assert changes.summary(found) == f"1 bank renamed, 1 changed; {same}"
    repo.write(BANK, text.replace("id: one", "id: eins").replace(TWO, "").replace("three", "drei"))
    repo.write(BANK, "bank: {id: quite, title: Another}\ntopics: {a: A}\nfaqs:\n"
               "  - {id: new, topics: [a], question: Why?, answer: So.}\n")  # fmt: skip
    assert shown(since(repo)) == [("added", "new")]


BREAKING = {
    "vanished": FIRST.replace(TWO, ""),
    "renamed": FIRST.replace("id: two", "id: too"),
    "switched": FIRST.replace(
        '{id: c, text: "{{c1::A}} and {{c2::B}}"}', "{id: c, ask: A, answer: B}"
    ),
    "deck-renamed": FIRST.replace("title: Test deck", "title: Test"),
    "bank-renamed": FIRST.replace("id: test", "id: better"),
}
HARMLESS = {
    "added": FIRST.replace("    concepts:\n", ADDED),
    "changed": FIRST.replace("More.", "Less."),
    "retired": FIRST.replace(TWO, "") + GONE,
    "cards-lost": FIRST.replace("{{c2::B}}", "{{c3::B}}"),
    "waiting": FIRST.replace("ml: Basics", "ml: Foundations"),
    "look-changed": FIRST.replace("title: Test deck", "title: Test deck, css: '.card {top: 0}'"),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", [*BREAKING, *HARMLESS])
def test_exit_code_fails_for_what_must_not_break_and_for_nothing_else(
    repo: Repo, kind: str
) -> None:
    path = str(repo.write(BANK, {**BREAKING, **HARMLESS}[kind]))
    done = run("--since", "v1.0", path, "--json", "--exit-code")
    report = json.loads(done.stdout)
    assert kind in {change["kind"] for change in report["changes"]}
    assert report["errors"] == (kind in BREAKING)
    assert done.exit_code == (1 if kind in BREAKING else 0)
    assert run("--since", "v1.0", path).exit_code == 0, "a report is no judgement"


def test_with_since_the_one_argument_is_the_bank(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write(BANK, FIRST.replace("More.", "Less."))
    monkeypatch.chdir(repo.folder)
    for arguments in (["--since", "v1.0"], ["--since", "v1.0", BANK], [BANK, "--since=v1.0"]):
        done = run(*arguments)
        assert done.exit_code == 0, done.output
        assert done.stdout == changes.render_text(since(repo))
    assert run("--since", "v1.0", "old.apkg").exit_code == 2
    assert run("old.apkg", BANK, "--since", "v1.0").exit_code == 2
    both = run("old.apkg", BANK, "--since", "v1.0").stderr
    assert both == "error: give OLD.apkg or --since, not both; with --since, name only the bank\n"
    for bank in (BANK, "decks"):
        alone = run(bank)
        assert alone.exit_code == 2
        assert (
            alone.stderr == f"error: '{bank}' is a bank: name OLD.apkg before it, or --since REV\n"
        )
    neither = run()
    assert neither.exit_code == 2
    assert neither.stderr.endswith("OLD.apkg, or --since REV\n")


def test_each_form_names_the_revision(repo: Repo) -> None:
    path = str(repo.write(BANK, FIRST.replace("More.", "Less.")))
    assert run("--since", "v1.0", path).stdout.endswith("5 notes unchanged since v1.0\n")
    notes = run("--since", "v1.0", path, "--markdown").stdout
    assert notes.startswith("**Changed: 1 · Unchanged since `v1.0`: 5**\n")


def test_notices_are_talk_and_in_json(repo: Repo) -> None:
    path = str(repo.write("decks/new/bank.yaml", FIRST.replace("id: test", "id: new")))
    done = run("--since", "v1.0", path, "--json")
    assert done.stderr == "the bank did not exist at v1.0: all is new\n"
    report = json.loads(done.stdout)
    assert report["notices"] == ["the bank did not exist at v1.0: all is new"]
    assert report["since"] == "v1.0"
    assert report["commit"] == repo.git("rev-parse", "v1.0^{commit}")


def test_an_unknown_revision_is_one_line_with_the_nearest_tag(repo: Repo) -> None:
    assert refused(repo, "v1.O") == "git knows no revision 'v1.O'; did you mean 'v1.0'?"
    assert refused(repo, "elsewhere") == "git knows no revision 'elsewhere'; tags: v1.0"
    done = run("--since", "v1.O", str(repo.folder / BANK))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "error: git knows no revision 'v1.O'; did you mean 'v1.0'?\n"
    repo.git("tag", "-d", "v1.0")
    assert "no tags at all; 'git fetch --tags'" in refused(repo)


@pytest.mark.parametrize(
    "revision",
    ["--output=x", "-h", "", " ", "v1.0\nHEAD", "HEAD:decks", "v1.0 HEAD", "$(touch x)", "HEAD\0"],
)
def test_a_revision_is_never_an_option_or_a_command(repo: Repo, revision: str) -> None:
    before = sorted(repo.folder.rglob("*"))
    assert refused(repo, revision).startswith(f"git knows no revision '{printable(revision)}'; ")
    assert sorted(repo.folder.rglob("*")) == before


@pytest.mark.parametrize("tag", ["", "v1.1"])
def test_a_shallow_clone_says_how_to_get_the_rest(tag: str, repo: Repo, tmp_path: Path) -> None:
    """Also where it has a tag that looks like the one that was asked for."""
    repo.write(BANK, FIRST.replace("More.", "Less."))
    repo.commit(tag)
    repo.git("clone", "-q", "--depth=1", repo.folder.as_uri(), str(tmp_path / "shallow"))
    path = tmp_path / "shallow" / BANK
    done = run("--since", "v1.0", str(path))
    assert done.exit_code == 1
    assert "this clone is shallow" in done.stderr
    assert "fetch-depth: 0" in done.stderr
    assert "git fetch --unshallow --tags" in done.stderr
    assert "did you mean" not in done.stderr


def test_a_bank_outside_of_any_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    path = tmp_path / "alone.yaml"
    path.write_text(FIRST, encoding="utf-8")
    done = run("--since", "v1.0", str(path))
    assert done.exit_code == 1
    assert "lies in no git repository" in done.stderr
    assert "OLD.apkg" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_git_the_line_says_so(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.folder))
    assert "there is no git program" in refused(repo)
    repo.write("git", "#!/bin/sh\ntouch ran\n").chmod(0o755)
    monkeypatch.chdir(repo.folder)
    monkeypatch.setenv("PATH", ".")
    assert "there is no git program" in refused(repo), "one of the current folder is not git"
    assert not (repo.folder / "ran").exists()


def test_without_a_bank_of_ones_own_there_is_nothing_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("--since", "v1.0")
    assert done.exit_code == 2
    assert "no decks/ folder here" in done.stderr


def test_a_repository_of_somebody_else_is_refused_as_git_says(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    message = refused(repo)
    assert "detected dubious ownership" in message
    assert "git config --global --add safe.directory" in message


def test_a_hook_of_git_that_calls_names_another_repository(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write(BANK, FIRST.replace("More.", "Less."))
    other = Repo(tmp_path / "other")
    for name, value in (("GIT_DIR", ".git"), ("GIT_WORK_TREE", "."), ("GIT_INDEX_FILE", "i")):
        monkeypatch.setenv(name, str(other.folder / value))
    assert [kind for kind, _ in shown(since(repo))] == ["changed"]


def test_the_repository_is_left_as_it_was(repo: Repo) -> None:
    def state() -> dict[str, bytes]:
        files = [path for path in repo.folder.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in files}

    hook = repo.write(".git/hooks/post-index-change", "#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    repo.git("config", "core.fsmonitor", str(hook))
    repo.git("config", "core.splitIndex", "true")
    repo.write(BANK, FIRST.replace("More.", "Less."))
    (repo.folder / "ran").unlink(missing_ok=True)
    before = state()
    assert shown(since(repo)) == [("changed", "two")]
    assert state() == before


def test_links_of_then_are_not_followed(repo: Repo, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("questions: [{id: secret, topics: [ml], question: S?, answer: S.}]\n")
    blob = repo.git("hash-object", "-w", "--stdin", told=str(secret))
    repo.write("decks/test/bank.yaml", FIRST)
    repo.git("add", "decks/test")
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},decks/test/more.yaml")
    repo.git("commit", "-q", "-m", "A link")
    found = since(repo, "HEAD", "decks/test")
    assert shown(found) == []
    assert found.doubts == (
        "links are not followed, and what they led to is missing: 'decks/test/more.yaml'",
    )


def test_a_place_that_was_a_link_or_a_submodule_cannot_be_read(repo: Repo) -> None:
    (repo.folder / BANK).unlink()
    blob = repo.git("hash-object", "-w", "--stdin", told="elsewhere")
    head = repo.git("rev-parse", "HEAD")
    for mode, what, said in (("120000", blob, "a link"), ("160000", head, "a submodule")):
        repo.git("rm", "-rq", "--cached", ".")
        repo.git("update-index", "--add", "--cacheinfo", f"{mode},{what},decks/more")
        repo.git("commit", "-q", "-m", said)
        path = repo.write("decks/more/deep/bank.yaml", FIRST)
        message = refused(repo, "HEAD", "decks/more/deep")
        assert message.startswith(f"at HEAD 'decks/more' was {said}, ")
        shutil.rmtree(path.parents[1])


def test_a_name_that_leads_out_of_the_tree_is_not_written(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No git makes such a tree; somebody may."""
    blob = repo.git("hash-object", "-w", "--stdin", told="evil")
    tree = _object(repo, "tree", b"100644 evil.svg\0" + bytes.fromhex(blob))
    for _ in range(3):
        tree = _object(repo, "tree", b"40000 ..\0" + bytes.fromhex(tree))
    bank = repo.git("hash-object", "-w", "--stdin", told=FIRST)
    decks = _object(
        repo,
        "tree",
        b"40000 ..\0" + bytes.fromhex(tree) + b"100644 test.yaml\0" + bytes.fromhex(bank),
    )
    top = _object(repo, "tree", b"40000 decks\0" + bytes.fromhex(decks))
    commit = repo.git("commit-tree", top, "-m", "Evil")
    (repo.folder / "decks" / "test.yaml").unlink()
    repo.write("decks/bank.yaml", FIRST)
    repo.write("decks/more.yaml", "")
    scratch = tmp_path / "a" / "b"
    scratch.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert shown(since(repo, commit, "decks/bank.yaml")) == []
    assert not list(tmp_path.rglob("evil*"))


def _object(repo: Repo, kind: str, content: bytes) -> str:
    path = repo.folder / ".git" / "made"
    path.write_bytes(content)
    return repo.git("hash-object", "-w", "-t", kind, "--literally", str(path))


def test_a_repository_that_lies_as_files_in_another_runs_nothing(
    repo: Repo, tmp_path: Path
) -> None:
    """Its configuration is a file that whoever has cloned the repository around it has got."""
    evil = repo.folder / "decks" / "evil"
    repo.git("init", "-q", "--bare", str(evil))
    repo.write("decks/evil/bank.yaml", FIRST.replace("id: test", "id: evil"))
    repo.write("decks/evil/.gitattributes", "*.yaml filter=evil")
    own = ("-C", str(evil), "--git-dir", ".", "--work-tree", ".")
    repo.git(*own, "config", "core.bare", "false")
    repo.git(*own, "config", "core.worktree", str(evil))
    repo.git(*own, "add", "-f", "bank.yaml", ".gitattributes")
    repo.git(*own, "commit", "-q", "-m", "Evil")
    ran = tmp_path / "ran"
    repo.git(*own, "config", "filter.evil.smudge", f"touch '{ran}'; cat")
    assert "bare repository" in refused(repo, "HEAD", "decks/evil")
    assert not ran.exists()


@pytest.fixture
def partial(repo: Repo, tmp_path: Path) -> Repo:
    """A clone that leaves contents of then with the one it came from, until they are asked for."""
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.write(BANK, FIRST.replace("More.", "Less."))
    repo.commit("v1.1")
    repo.git("clone", "-q", "--filter=blob:none", repo.folder.as_uri(), str(tmp_path / "partial"))
    return Repo(tmp_path / "partial")


def test_what_a_partial_clone_has_left_behind_is_not_fetched(partial: Repo) -> None:
    packs = sorted((partial.folder / ".git" / "objects").rglob("*"))
    message = refused(partial)
    assert "lies in a partial clone, which lacks what is asked for" in message
    assert "git fetch --refetch --no-filter" in message
    assert sorted((partial.folder / ".git" / "objects").rglob("*")) == packs
    assert since(partial, "v1.1").unchanged == 6
    partial.git("fetch", "-q", "--refetch", "--no-filter")
    assert shown(since(partial)) == [("changed", "two")]


def test_a_remote_that_is_a_program_is_not_started(partial: Repo, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    partial.git("config", "protocol.ext.allow", "always")
    partial.git("config", "remote.origin.url", f"ext::sh -c touch% '{ran}'")
    refused(partial)
    assert not ran.exists()


def test_errors_by_todays_rules_are_said_and_the_rest_is_compared(repo: Repo) -> None:
    old = FIRST.replace("answer: More.}", "answer: More., colour: red}")
    repo.write(BANK, old.replace("topics: [ml], question: How", "topics: [gone], question: How"))
    repo.commit("v0.9")
    repo.write(BANK, FIRST)
    found = since(repo, "v0.9")
    assert shown(found) == [("waiting", "three")]
    (notice,) = found.doubts
    assert notice.startswith("at v0.9 the bank had errors by today's rules, and was read as far as")
    assert "v0.9:decks/test.yaml:12: a question has no field 'colour'" in notice
    assert notice in run("--since", "v0.9", str(repo.folder / BANK)).stderr


def test_a_picture_that_was_missing_then_is_a_change_and_no_end(repo: Repo) -> None:
    repo.write(BANK, PICTURED)
    repo.commit("v0.9")
    repo.write("decks/media/a.svg", PICTURE)
    assert shown(since(repo, "v0.9")) == [("changed", "one")]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("bank: {id: test, title: [", "v0.9:decks/test.yaml:1: "),
        ("bank: {id: [], title: T}\nquestions: []\n", "v0.9:decks/test.yaml:1: "),
        (FIRST.replace("questions:", "riddles:"), "v0.9:decks/test.yaml:4: there is no section"),
    ],
)
def test_what_cannot_be_read_ends_with_its_place(repo: Repo, text: str, cause: str) -> None:
    repo.write(BANK, text)
    repo.commit("v0.9")
    repo.write(BANK, FIRST)
    message = refused(repo, "v0.9")
    assert message.startswith(f"the bank cannot be read at v0.9: {cause}")


def test_nothing_is_left_behind(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    since(repo)
    refused(repo, "v9")
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_names_that_git_would_quote(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "names")
    path = 'decks/Fr\u00e4gen "[a]*?: \u4e2d/bank.yaml'
    repo.write(path, FIRST)
    repo.commit("v1.0")
    repo.write(path, FIRST.replace("More.", "Less."))
    assert shown(since(repo, bank=str(Path(path).parent))) == [("changed", "two")]


def test_a_worktree_of_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
    tree = tmp_path / "tree"
    repo.git("--git-dir", str(tmp_path / "bare.git"), "worktree", "add", "-q", str(tree), "v1.0")
    assert since(repo, bank=str(tree / BANK)).unchanged == 6
