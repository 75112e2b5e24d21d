"""`serve` in a real browser: the page follows saves, and the reader stays where they are."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from prep_export.serving.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Request, Response

    from prep_export.serving.desk import Built, Desk

EVIL = "<script>document.title = 'evil'</script><img src=x onerror=\\\"document.title='evil'\\\">"
HEADER = "bank: {id: test, title: Test, ignore: [shown-as-typed]}\ntopics: {rag: RAG}\n"
QUESTIONS = "questions:\n" + "".join(
    f'  - {{id: q{n}, topics: [rag], question: "Question {n}?", answer: "Answer {n}. {EVIL}", '
    f'details: "{"Word. " * 80}", drills: [{{id: d, ask: "Drill {n}?", answer: "$x_{n}$"}}]}}\n'
    for n in range(30)
)


def nobody(desk: Desk, built: Built) -> None:
    """Watches no terminal."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    folder.mkdir()
    path = folder / "bank.yaml"
    path.write_text(HEADER + QUESTIONS, encoding="utf-8")
    return path


@pytest.fixture
def session(file: Path) -> Iterator[Session]:
    made = Session([str(file.parent)], editor="vscode")
    made.look(nobody)
    made.open()
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(0.02):
            made.look(nobody)

    watcher = threading.Thread(target=follow)
    watcher.start()
    yield made
    ended.set()
    watcher.join()
    made.close()


@pytest.fixture
def page(session: Session, context: BrowserContext) -> Iterator[Page]:
    """The first page; what the browser complains about, or asks of others, fails the test."""
    heard: list[str] = []
    own = session.address.partition("/?")[0]
    opened = context.new_page()
    opened.on("console", lambda message: heard.append(message.text))
    opened.on("pageerror", lambda error: heard.append(str(error)))

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:")):
            heard.append(request.url)

    opened.on("request", asked)
    opened.goto(session.address)
    holds(opened, "!!document.querySelector('.serve-links a')")
    assert opened.url == f"{own}/"
    yield opened
    assert heard == []


def save(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def holds(page: Page, expression: str, argument: Any = None) -> None:
    """Waits for an expression, also while the page is loaded anew."""
    end = time.monotonic() + 20
    while True:
        try:
            if page.evaluate(expression, argument):
                return
        except Exception as error:
            if "context" not in str(error) and "navigat" not in str(error):
                raise
        assert time.monotonic() < end, f"never so: {expression}"
        time.sleep(0.02)


SHOWS = "([id, text]) => (document.getElementById(id)?.textContent ?? '').includes(text)"


@pytest.mark.long
def test_a_changed_item_takes_its_place_and_nothing_moves(page: Page, file: Path) -> None:
    page.evaluate(
        "() => { window.old = true; for (const id of ['q2', 'q12', 'q20'])"
        " document.querySelector(`#${id} details`).open = true;"
        " document.getElementById('q12').scrollIntoView({behavior: 'instant'}); }"
    )
    top = page.evaluate("document.getElementById('q12').getBoundingClientRect().top")
    save(file, '"Answer 2. ', '"Answer two, which is much longer than it was before. ')
    holds(page, SHOWS, ["q2", "Answer two"])
    assert page.evaluate("window.old"), "the page was loaded anew"
    assert page.evaluate("document.getElementById('q12').getBoundingClientRect().top") == (
        pytest.approx(top, abs=3)
    )
    for item in ("q2", "q12", "q20"):
        assert page.evaluate("(id) => document.querySelector(`#${id} details`).open", item)
    assert not page.evaluate("document.querySelector('#q3 details').open")


@pytest.mark.long
def test_where_more_has_changed_the_page_is_loaded_and_the_reader_stays(
    page: Page, file: Path
) -> None:
    page.evaluate(
        "() => { window.old = true; document.querySelector('#q20 details').open = true;"
        " document.getElementById('q20').scrollIntoView({behavior: 'instant'}); }"
    )
    top = page.evaluate("document.getElementById('q20').getBoundingClientRect().top")
    new = '  - {id: new, topics: [rag], question: "A new one?", answer: "Yes."}\n  - {id: q5,'
    save(file, "  - {id: q5,", new)
    holds(page, "() => !window.old && !!document.getElementById('new')")
    holds(page, "() => !!document.querySelector('.serve-links a')")
    assert page.evaluate("document.querySelector('#q20 details').open")
    holds(
        page,
        "(top) => Math.abs(document.getElementById('q20').getBoundingClientRect().top - top) < 4",
        top,
    )


@pytest.mark.long
def test_where_the_address_leads_elsewhere_the_reader_stays_too(page: Page, file: Path) -> None:
    page.evaluate("() => { window.old = true; location.hash = '#q3'; }")
    page.evaluate("document.getElementById('q20').scrollIntoView({behavior: 'instant'})")
    top = page.evaluate("document.getElementById('q20').getBoundingClientRect().top")
    save(file, "topics: {rag: RAG}", "topics: {rag: Retrieval}")
    holds(page, "() => !window.old && !!document.querySelector('.serve-links a')")
    holds(
        page,
        "(top) => Math.abs(document.getElementById('q20').getBoundingClientRect().top - top) < 4",
        top,
    )


@pytest.mark.long
def test_practice_is_not_interrupted(page: Page, file: Path) -> None:
    page.click("[data-view=practice]")
    holds(page, "() => !document.getElementById('practice').hidden")
    page.evaluate("window.old = true")
    save(file, "topics: {rag: RAG}", "topics: {rag: Retrieval}")
    holds(
        page, "() => performance.getEntriesByName(location.origin + '/changes.json?since=1').length"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.old")
    page.click("[data-view=read]")
    holds(page, "() => !window.old && !document.getElementById('read').hidden")
    holds(page, "() => document.body.textContent.includes('Retrieval')")


@pytest.mark.long
def test_search_finds_what_was_changed_in_place(page: Page, file: Path) -> None:
    save(file, '"Answer 2. ', '"Serendipity. ')
    holds(page, SHOWS, ["q2", "Serendipity"])
    page.focus("#search")
    holds(page, "() => document.activeElement?.id === 'search'")
    page.wait_for_timeout(1500)
    page.keyboard.type("serendipity")
    holds(page, "() => document.getElementById('results').textContent.includes('Question 2')")


@pytest.mark.long
def test_findings_stand_at_their_item_and_go_when_they_are_mended(page: Page, file: Path) -> None:
    save(file, "id: q7, topics: [rag]", 'id: q7, topics: [rag, "rga"]')
    holds(page, "() => !!document.querySelector('#q7 > .serve-here')")
    link = page.evaluate("document.querySelector('#q7 .serve-place').getAttribute('href')")
    assert link.startswith("vscode://file/")
    before = file.read_text(encoding="utf-8").partition("rga")[0]
    assert f"bank.yaml:{before.count(chr(10)) + 1}:" in link
    listed = page.evaluate("document.querySelector('.serve-bar .serve-list').textContent")
    assert "topic 'rga' is not declared" in listed
    save(file, 'topics: [rag, "rga"]', "topics: [rag]")
    holds(page, "() => !document.querySelector('.serve-here')")


@pytest.mark.long
def test_a_broken_bank_leaves_the_page_with_errors_on_top(page: Page, file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-40], encoding="utf-8")
    holds(page, "() => document.querySelector('.serve-state').textContent.includes('error')")
    assert page.evaluate("document.querySelectorAll('article.item').length") == 30
    file.write_text(whole, encoding="utf-8")
    holds(page, "() => document.querySelector('.serve-state').textContent === 'no findings'")


@pytest.mark.long
def test_hostile_text_runs_nowhere(page: Page, file: Path, session: Session) -> None:
    save(file, '"Answer 3. ', '"Answer three. ')
    holds(page, SHOWS, ["q3", "Answer three. <script>"])
    save(file, "id: q4, topics: [rag]", 'id: q4, topics: ["<img src=x onerror=1>"]')
    holds(page, "() => !!document.querySelector('#q4 > .serve-here')")
    assert page.title() == "Test"
    save(file, '["<img src=x onerror=1>"]', "[rag]")
    holds(page, "() => !document.querySelector('.serve-here')")
    own = session.address.partition("/?")[0]
    page.goto(f"{own}/card/q3")
    page.wait_for_timeout(500)
    assert "evil" not in page.title()
    assert page.evaluate("document.querySelector('iframe').contentDocument.title") == "q3"


@pytest.mark.long
def test_cards_are_shown_day_and_night_at_two_widths(
    page: Page, file: Path, session: Session
) -> None:
    own = session.address.partition("/?")[0]
    page.set_viewport_size({"width": 1400, "height": 4000})
    page.goto(f"{own}/card/q9/d")
    holds(
        page,
        "() => [...document.querySelectorAll('iframe')].every((one) =>"
        " one.contentDocument?.querySelector('.pe') && parseInt(one.style.height) > 50)",
    )
    shown = page.evaluate(
        "[...document.querySelectorAll('iframe')].map((one) => [one.clientWidth,"
        " one.contentDocument.body.classList.contains('nightMode'),"
        " getComputedStyle(one.contentDocument.body).backgroundColor,"
        " !!one.contentDocument.querySelector('math'),"
        " one.contentDocument.documentElement.scrollHeight <= one.clientHeight + 1])"
    )
    assert [one[0] for one in shown] == [360, 900] * 4
    assert [one[1] for one in shown] == [False, False, True, True] * 2
    assert len({one[2] for one in shown}) == 2
    assert [one[3] for one in shown] == [False] * 4 + [True] * 4
    assert all(one[4] for one in shown)
    grown = page.evaluate(
        "() => { const frame = document.querySelector('iframe'); const before = frame.clientHeight;"
        " const tall = document.createElement('pre'); tall.textContent = '\\n'.repeat(20);"
        " frame.contentDocument.getElementById('qa').append(tall); return before; }"
    )
    holds(page, "(before) => document.querySelector('iframe').clientHeight > before + 200", grown)
    save(file, '"Drill 9?"', '"Drill nine?"')
    holds(
        page,
        "() => document.querySelector('iframe')?.contentDocument?.body?.textContent"
        ".includes('Drill nine?')",
    )


@pytest.mark.long
def test_a_page_of_another_site_gets_nothing(
    context: BrowserContext, session: Session, page: Page
) -> None:
    """With the cookie in the same browser: as an address, as a picture, as data, in a frame."""
    own = session.address.partition("/?")[0]
    other = context.new_page()
    refused: list[int] = []

    def answered(answer: Response) -> None:
        if answer.url.startswith(own):
            refused.append(answer.status)

    other.on("response", answered)
    body = f'<img src="{own}/"><iframe src="{own}/"></iframe>'
    body += f'<script src="{own}/assets/serve.js"></script>'
    other.route(
        "http://evil.example/",
        lambda route: route.fulfill(content_type="text/html", body=body),
    )
    other.goto("http://evil.example/")
    got = other.evaluate(
        "(address) => fetch(address, {credentials: 'include'}).then(() => 'read', () => 'refused')",
        f"{own}/findings.json",
    )
    assert got == "refused"
    assert set(refused) <= {403}  # newer browsers do not even ask
    assert page.evaluate("fetch('/findings.json').then((answer) => answer.status)") == 200
