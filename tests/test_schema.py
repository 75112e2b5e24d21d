"""The JSON Schema, held against the shipped bank by an independent validator and YAML loader."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from prep_export import json_schema
from prep_export.bank.model import SECTIONS, Drill, Header, Retired, Source, Topic

from .conftest import SHIPPED

FILES = sorted(SHIPPED.rglob("*.yaml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_the_shipped_bank_agrees_with_the_schema(
    path: Any, validator: Draft202012Validator
) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [e.message for e in validator.iter_errors(data)] == []


QUESTION: dict[str, Any] = {"id": "q", "topics": ["t"], "question": "Q", "answer": "A"}

WRONG = {
    "an unknown section": {"question": []},
    "a missing field": {"questions": [{**QUESTION, "answer": None}]},
    "an unknown field": {"questions": [{**QUESTION, "anwser": "x"}]},
    "a malformed id": {"questions": [{**QUESTION, "id": "Not An Id"}]},
    "an unknown kind": {"questions": [{**QUESTION, "kind": "riddle"}]},
    "no topic": {"questions": [{**QUESTION, "topics": []}]},
    "a list of topics": {"topics": ["rag"]},
    "a drill without id": {"questions": [{**QUESTION, "drills": [{"text": "{{c1::x}}"}]}]},
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_the_schema_refuses(data: Any, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(data))


def test_a_year_may_stand_bare(validator: Draft202012Validator) -> None:
    source = {"title": "T", "year": 2017}
    assert not list(validator.iter_errors({"questions": [{**QUESTION, "sources": [source]}]}))


def test_every_field_tells_an_editor_what_it_is() -> None:
    text = str(json_schema())
    for kind in (
        *(section.type for section in SECTIONS.values()),
        Drill,
        Header,
        Retired,
        Source,
        Topic,
    ):
        for field in fields(kind):
            assert f"'{field.name}': {{" in text
    described = [
        name
        for definition in json_schema()["$defs"].values()
        for name, field in definition.get("properties", {}).items()
        if not field.get("description")
    ]
    assert described == []
