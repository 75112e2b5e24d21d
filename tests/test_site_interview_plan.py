"""Which questions a mock interview asks: held against many banks and wishes, in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

BANKS = """
const LEVELS_ = ["easy", "medium", "hard"];
// A bank and wishes that a number decides.
function drawn(number, {kinds, topics = 4, related = true, most = 40, followUps}) {
  const at = (name, count) => Math.floor((ours.hash(`${number} ${name}`) / 2 ** 32) * count);
  const questions = Array.from({length: 1 + at("count", most)}, (_, place) => ({
    id: `q${place}`,
    roots: [`t${at(`root ${place}`, topics)}`],
    kind: kinds[at(`kind ${place}`, kinds.length)],
    difficulty: LEVELS_[at(`level ${place}`, 3)],
    priority: ["core", "standard", "extra"][at(`priority ${place}`, 3)],
    followUps: followUps ?? at(`follow ${place}`, 5),
    related: related ? [`q${at(`related ${place}`, 40)}`] : [],
  }));
  const named = Array.from({length: topics}, (_, place) => `t${place}`);
  const chosen = named.filter((_, place) => at(`topic ${place}`, 2));
  const wishes = {
    minutes: ours.MINUTES[at("minutes", 4)],
    level: ours.SENIORITY[at("level", 3)],
    topics: at("all", 3) ? chosen : [],
  };
  return [questions, wishes, (name) => ours.hash(`${number} ${name}`) / 2 ** 32];
}
const ORDINARY_ = new Set(["concept", "derivation", "debugging"]);
const ALL = ["concept", "derivation", "debugging", "design", "case", "coding", "behavioural"];
"""


@pytest.fixture
def planning(modules: Callable[[str], Page]) -> Page:
    return modules("plan, answerSeconds, hash, MINUTES, SENIORITY")


def faults(page: Page, body: str, options: str = "{kinds: ALL}") -> list[Any]:
    """What a check says about 300 interviews; `body` returns a fault, or something false."""
    found: list[Any] = page.evaluate(
        f"""() => {{
          {BANKS}
          const found = [];
          for (let number = 0; number < 300; number++) {{
            const [questions, wishes, random] = drawn(number, {options});
            const steps = ours.plan(questions, wishes, random);
            const of = (step) => questions.find(({{id}}) => id === step.id);
            const chosen = ({{roots}}) => !wishes.topics.length || wishes.topics.includes(roots[0]);
            const fault = (() => {{ {body} }})();
            if (fault) found.push([number, fault, wishes, steps]);
          }}
          return found.slice(0, 2);
        }}"""
    )
    return found


@pytest.mark.long
def test_the_same_wishes_and_chance_give_the_same_interview(planning: Page) -> None:
    again = "return JSON.stringify(ours.plan(questions, wishes, random)) !== JSON.stringify(steps);"
    assert not faults(planning, again)
    # And another chance another one.
    other = (
        "return JSON.stringify(ours.plan(questions, wishes, () => 0.5)) !== JSON.stringify(steps);"
    )
    assert faults(planning, other)


def test_it_asks_something_and_never_twice_within_the_time(planning: Page) -> None:
    assert not faults(
        planning,
        """
        const ids = steps.map(({id}) => id);
        if (new Set(ids).size < ids.length) return "twice";
        if (steps.reduce((sum, {minutes}) => sum + minutes, 0) > wishes.minutes) return "too long";
        if (questions.some(chosen) && !steps.length) return "nothing";
        if (steps.some((step) => step.followUps > of(step).followUps)) return "follow-ups it lacks";
        if (steps.some((step) => ours.answerSeconds(step) < 60)) return "no time to answer";
        return steps.some((step) => !chosen(of(step))) && "a topic that nobody chose";
        """,
    )


def test_no_two_are_related(planning: Page) -> None:
    assert not faults(
        planning,
        "return steps.some((a) => steps.some((b) => a !== b && of(a).related.includes(b.id)));",
    )


def test_difficulty_rises(planning: Page) -> None:
    """But for the long question in the middle, and what is asked about behaviour at the end."""
    assert not faults(
        planning,
        """
        const hard = (step) => LEVELS_.indexOf(of(step).difficulty);
        const rising = steps.filter(({place}) => place === "question");
        if (rising.some((step, at) => at && hard(step) < hard(rising[at - 1]))) return "falls";
        const [first] = steps;
        const warm = first?.place === "warm-up" ? hard(first) : 0;
        const ordinary = rising.filter((step) => ORDINARY_.has(of(step).kind));
        return ordinary.some((step) => hard(step) < warm) && "a warm-up that is too hard";
        """,
    )


@pytest.mark.long
def test_a_long_question_stands_in_the_middle(planning: Page) -> None:
    assert not faults(
        planning,
        """
        const at = steps.findIndex(({place}) => place === "middle");
        const isLong = ({kind}) => ["design", "case"].includes(kind);
        if (at < 0) return questions.some((one) => isLong(one) && chosen(one)) && "none";
        const sum = (list) => list.reduce((all, {minutes}) => all + minutes, 0);
        const before = sum(steps.slice(0, at)), after = sum(steps.slice(at + 1));
        // No neighbour would bring it nearer to the middle.
        const others = steps.filter(({place}) => place !== "middle");
        const longest = Math.max(0, ...others.map(({minutes}) => minutes));
        if (Math.abs(before - after) > longest) return "not in the middle";
        return !(steps[at].minutes >= 7 && steps[at].minutes <= 10) && "not long";
        """,
    )


def test_coding_and_behaviour_are_asked_once_while_there_is_else_to_ask(planning: Page) -> None:
    assert not faults(
        planning,
        """
        const count = (kind) => steps.filter((step) => of(step).kind === kind).length;
        if (count("coding") < 2 && count("behavioural") < 2) return "";
        const used = new Set(steps.map(({id}) => id));
        const related = (a, b) => a.related.includes(b.id) || b.related.includes(a.id);
        const free = questions.filter((one) =>
          ORDINARY_.has(one.kind) && !used.has(one.id) && chosen(one) &&
          steps.every((step) => !related(one, of(step))));
        return free.length && "more than one of a kind that should be rare";
        """,
    )
    assert not faults(
        planning,
        """
        if (wishes.minutes < 45 || wishes.topics.length || questions.length < 30) return "";
        const has = (list, kind) => list.some((one) => one.kind === kind);
        const lacks = (kind) => has(questions, kind) && !has(steps.map(of), kind);
        return ["coding", "behavioural"].some(lacks) && "none";
        """,
        "{kinds: ALL, related: false}",
    )


@pytest.mark.long
def test_no_topic_comes_twice_before_each_came_once(planning: Page) -> None:
    assert not faults(
        planning,
        """
        if (!wishes.topics.length) return "";
        const met = new Set(steps.flatMap((step) => of(step).roots));
        const there = new Set(questions.flatMap(({roots}) => roots));
        const missed = wishes.topics.filter((topic) => !met.has(topic) && there.has(topic));
        const served = steps.filter(({place}) => place !== "warm-up").map(({topic}) => topic);
        return missed.length && new Set(served).size < served.length && missed;
        """,
        '{kinds: ["concept"], topics: 16, related: false, most: 60, followUps: 2}',
    )


def test_topics_are_met_evenly(planning: Page) -> None:
    assert not faults(
        planning,
        """
        const used = new Set(steps.map(({id}) => id));
        const open = new Set(questions.filter(({id}) => !used.has(id)).flatMap(({roots}) => roots));
        const count = (topic) => steps.filter((one) => one.topic === topic).length;
        const least = Math.min(...[...open].filter((one) => chosen({roots: [one]})).map(count));
        return steps.some(({topic}) => count(topic) > least + 1) && steps.map(({topic}) => topic);
        """,
        '{kinds: ["concept"], topics: 4, related: false, most: 60, followUps: 2}',
    )


def test_the_level_decides_the_mix(planning: Page) -> None:
    shares = planning.evaluate(
        f"""() => {{
          {BANKS}
          const shares = {{}};
          for (const level of ours.SENIORITY) {{
            let sum = 0, count = 0;
            for (let number = 0; number < 60; number++) {{
              const [questions, , random] = drawn(number, {{kinds: ALL, related: false, most: 90}});
              const wishes = {{minutes: 60, level, topics: []}};
              for (const {{id}} of ours.plan(questions, wishes, random)) {{
                sum += LEVELS_.indexOf(questions.find((one) => one.id === id).difficulty);
                count++;
              }}
            }}
            shares[level] = sum / count;
          }}
          return shares;
        }}"""
    )
    assert shares["junior"] < shares["mid"] - 0.2 < shares["senior"] - 0.4


def question(name: str, **other: object) -> dict[str, object]:
    return {
        "id": name, "roots": ["a"], "kind": "concept", "difficulty": "", "priority": "",
        "followUps": 0, "related": [], **other,
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("bank", "places"),
    [
        ([], []),
        ([question("one")], ["warm-up"]),
        ([question("one", kind="design")], ["middle"]),
        ([question("one", kind="coding", roots=[])], ["question"]),
        ([question(f"q{n}", roots=[]) for n in range(3)], ["warm-up", "question", "question"]),
        ([question(f"q{n}", kind="behavioural") for n in range(2)], ["closing", "closing"]),
    ],
    ids=["empty", "one", "one-design", "one-coding", "no-topic", "behaviour-alone"],
)
def test_small_and_odd_banks(planning: Page, bank: list[object], places: list[str]) -> None:
    steps = planning.evaluate(
        f"""() => ours.plan({json.dumps(bank)}, {{minutes: 30, level: "mid", topics: []}},
              (name) => ours.hash(name) / 2 ** 32)"""
    )
    assert [step["place"] for step in steps] == places


def test_follow_ups_about_what_was_missed_come_first(modules: Callable[[str], Page]) -> None:
    page = modules("followUpOrder")
    content = {
        "title": "How do you retrieve?",
        "points": [],
        "pitfalls": [],
        "followUps": [
            {"ask": "What does it cost?", "answer": "Little."},
            {"ask": "And retrieval?", "answer": "It retrieves."},
            {"ask": "How are passages ordered?", "answer": "By a ranking model."},
            {"ask": "Warum Überlappung?", "answer": "Damit nichts zerschnitten wird."},
        ],
    }

    def order(*missed: str) -> list[int]:
        found: list[int] = page.evaluate(
            "([content, missed]) => ours.followUpOrder(content, missed)", [content, list(missed)]
        )
        return found

    assert order() == [0, 1, 2, 3]
    assert order("Rankings of passages.") == [2, 0, 1, 3]
    assert order("UBERLAPPUNG hilft.", "Modelle ordnen") == [3, 0, 1, 2]
    # Words of the question itself are in all, and short words in most.
    assert order("You retrieve it, and how?") == [0, 1, 2, 3]
    content["followUps"] = [
        {"ask": "为什么", "answer": "成本。"},
        {"ask": "怎样分块", "answer": "按句子切分文档。"},
    ]
    assert order("文档的分块") == [1, 0]
