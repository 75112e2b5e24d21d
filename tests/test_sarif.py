"""Findings as SARIF 2.1.0, held against the schema that OASIS publishes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.findings.codes import CODES
from prep_export.findings.finding import Finding, Location
from prep_export.findings.sarif import SCHEMA, render_sarif
from prep_export.project import address, docs_address

from .conftest import HEADER, ROOT

if TYPE_CHECKING:
    from pathlib import Path

AT = Location("decks/llm/questions.yaml", 42, 14, 25, "    topics: [trnsformers]")
FOUND = Finding("unknown-topic", "topic 'x' is not declared", AT, "did you mean 'y'?")


@cache
def schema() -> Draft4Validator:
    text = (ROOT / "tests/data/sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))


def sarif(*findings: Finding, top: str = ".") -> Any:
    """The run of a log that the schema has nothing against."""
    log = json.loads(render_sarif(findings, "1.2.3", top))
    assert [f"{error.json_path}: {error.message}" for error in schema().iter_errors(log)] == []
    assert log["$schema"] == SCHEMA == schema().schema["id"]
    (run,) = log["runs"]
    return run


def region(at: Location) -> Any:
    (result,) = sarif(replace(FOUND, at=at))["results"]
    return result["locations"][0]["physicalLocation"]["region"]


def uri(path: str, top: str = ".") -> Any:
    (result,) = sarif(replace(FOUND, at=Location(path)), top=top)["results"]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]


def test_a_result_has_its_rule_level_message_and_place() -> None:
    (result,) = sarif(FOUND)["results"]
    del result["partialFingerprints"]
    assert result == {
        "ruleId": "unknown-topic",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "topic 'x' is not declared (did you mean 'y'?)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "decks/llm/questions.yaml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 42, "startColumn": 14, "endColumn": 25},
                }
            }
        ],
    }


def test_the_tool_says_what_it_is() -> None:
    driver = sarif()["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("prep-export", "1.2.3")
    assert driver["informationUri"] == address("Source")


def test_nothing_found_is_a_log_without_results() -> None:
    assert sarif()["results"] == []


def test_every_code_is_a_rule_with_the_help_of_the_docs() -> None:
    found = [replace(FOUND, code=code) for code in reversed(CODES)]
    run = sarif(*found)
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules} == CODES
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert "**Remedy.**" in rule["help"]["markdown"]
        assert rule["fullDescription"]["text"].startswith(rule["shortDescription"]["text"][:-1])
        severity = CODES[rule["id"]]
        assert rule["helpUri"] == docs_address(f"findings.md#{rule['id']}-{severity}")


def test_only_what_was_found_has_a_rule() -> None:
    rules = sarif(FOUND, FOUND, replace(FOUND, code="bad-math"))["tool"]["driver"]["rules"]
    assert sorted(rule["id"] for rule in rules) == ["bad-math", "unknown-topic"]


LINES = st.text(st.sampled_from("ab \t🎉𝔼é漢"), min_size=1, max_size=12)


@given(LINES, st.data())
def test_columns_count_utf_16_code_units(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    at = region(Location("a.yaml", 3, start + 1, end + 1, line))
    units = line.encode("utf-16-le")
    cut = units[2 * (at["startColumn"] - 1) : 2 * (at["endColumn"] - 1)]
    assert cut.decode("utf-16-le") == line[start:end]


def test_a_place_of_unknown_extent_has_no_end() -> None:
    assert region(Location("a.yaml", 2, 3)) == {"startLine": 2, "startColumn": 3}


@pytest.mark.parametrize(
    "name", ["a b.yaml", "100%.yaml", "ä#?[x].yaml", "a:b.yaml", "\udcff.yaml"]
)
def test_addresses_are_relative_and_percent_encoded(name: str) -> None:
    found = uri(f"decks/{name}")
    assert found["uriBaseId"] == "%SRCROOT%"
    assert found["uri"].isascii()
    assert not {*" ?#[]:"} & {*found["uri"]}
    assert os.fsdecode(unquote_to_bytes(found["uri"])) == f"decks/{name}"


def test_addresses_count_from_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert uri("a.yaml", str(tmp_path))["uri"] == "sub/a.yaml"
    outside = tmp_path.parent / "x y.yaml"
    assert uri(str(outside), str(tmp_path)) == {"uri": outside.as_uri()}


@pytest.mark.skipif(os.name == "nt", reason="there 'a:' is a drive")
def test_a_colon_in_a_name_is_no_drive() -> None:
    assert uri("a:b.yaml", ".") == {"uri": "a%3Ab.yaml", "uriBaseId": "%SRCROOT%"}


def test_fingerprints_stay_when_lines_move_and_tell_alike_ones_apart() -> None:
    def prints(*findings: Finding) -> list[str]:
        results = sarif(*findings)["results"]
        return [one["partialFingerprints"]["codeAndLine/v1"] for one in results]

    moved = replace(FOUND, at=replace(AT, line=50, excerpt=f"  {AT.excerpt}"))
    assert prints(FOUND) == prints(moved)
    assert len({*prints(FOUND, moved)}) == 2
    assert prints(FOUND, replace(FOUND, at=replace(AT, path="b.yaml")))[1] == prints(FOUND)[0]
    assert prints(FOUND) != prints(replace(FOUND, code="bad-math"))
    assert prints(FOUND) != prints(replace(FOUND, at=replace(AT, excerpt="    topics: [x]")))


def test_what_validate_finds_is_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    item = "{id: one, topics: [rga], question: '🎉 $\\frac{a}{b$', answer: A.}"
    text = f"{HEADER}questions:\n  - {item}\nx: 1\n"
    (tmp_path / "my bank.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", "my bank.yaml", "--format", "sarif"])
    assert done.exit_code == 1
    log = json.loads(done.stdout)
    schema().validate(log)
    assert log["runs"][0]["tool"]["driver"]["version"] == prep_export.__version__
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == [
        "unknown-topic",
        "bad-math",
        "unknown-section",
    ]
