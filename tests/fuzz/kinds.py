"""The kinds of input: each writes files into an empty folder, by a random generator."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import yaml

import prep_export
from tests.fuzz import material, mutate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from random import Random


def _bytes(random: Random, folder: Path) -> None:
    """A bank file with bytes changed."""
    material.write_bank(folder, material.bank())
    file = folder / "bank.yaml"
    text = random.choice((file.read_bytes(), material.BANK.encode()))
    tokens = [piece.encode("utf-8", "surrogatepass") for piece in (*mutate.PIECES, *mutate.SCALARS)]
    file.write_bytes(mutate.bytes_(random, text, tokens))


def _tree(random: Random, folder: Path) -> None:
    """A bank whose data are changed: fields gone, doubled, of another kind, with other text."""
    data = material.bank()
    mutate.tree(random, data)
    material.write_bank(folder, {})
    style = random.choice((None, None, '"', "'", "|"))
    text = yaml.safe_dump(data, allow_unicode=random.random() < 0.8, default_style=style)
    (folder / "bank.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")


_DRAWS: Final = 12


def _accepted(random: Random, folder: Path, draw: Callable[[Random], Any]) -> None:
    """A bank that reads without errors, if a few draws give one: so that exports are tried too."""
    material.write_bank(folder, {})
    for _ in range(_DRAWS):
        text = yaml.safe_dump(draw(random), allow_unicode=True, sort_keys=False)
        (folder / "bank.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
        if not prep_export.read_bank(folder).has_errors:
            break


def _texts(random: Random, folder: Path) -> None:
    """A bank of the right shape with hostile Markdown in its texts."""
    _accepted(random, folder, _with_texts)


def _with_texts(random: Random) -> Any:
    data = material.bank()
    del data["bank"]["css"]
    pieces = mutate.PIECES if random.random() < 0.2 else mutate.MILD

    def text() -> str:
        return f"a{mutate.piece(random, pieces)}"

    item: dict[str, Any] = {"answer": text(), "details": text(), "key_points": [text(), text()]}
    item["pitfalls"] = [text()]
    item["follow_ups"] = [{"ask": text(), "answer": text()}]
    item["drills"] = [
        {"id": "a", "text": f"{text()} {{{{c1::{text()}::{text()}}}}}"},
        {"id": "b", "ask": text(), "answer": text()},
    ]
    # One fault would refuse the bank, and nothing else in it would be tried.
    for field in random.sample(sorted(item), random.randint(0, 5)):
        item.pop(field) if field != "answer" else None
    data["questions"] = [{"id": "q", "topics": ["rag"], "question": "What?", **item}]
    data["retired"] = []
    return data


def _formulas(random: Random, folder: Path) -> None:
    """Formulas of every command that MathJax knows, put together and taken apart."""
    _accepted(random, folder, _with_formulas)


def _with_formulas(random: Random) -> Any:
    formulas = []
    for _ in range(random.randint(1, 3)):
        formula = " ".join(random.choice(material.formulas()) for _ in range(random.randint(1, 3)))
        if random.random() < 0.4:
            formula = mutate.spliced(random, formula, material.FORMULA_PIECES)
        formulas.append(random.choice((f"${formula}$", f"$${formula}$$", f"- a ${formula}$ b")))
    faq = {"id": "f", "topics": ["rag"], "question": "Q", "answer": "\n\n".join(formulas)}
    header = {"id": "test", "title": "T"}
    return {"bank": header, "topics": {"rag": "R"}, "faqs": [faq]}


def _pictures(random: Random, folder: Path) -> None:
    """Pictures with bytes changed, under a right name or a wrong one."""
    material.write_bank(folder, material.bank())
    kind = random.choice((".svg", ".svg", ".svg", ".png", ".jpg"))
    whole = material.SVG if kind == ".svg" else material.bitmaps()[kind]
    content = mutate.bytes_(random, whole, material.SVG_TOKENS if kind == ".svg" else ())
    if kind == ".svg" and random.random() < 0.5:
        tags = whole.split(b"<")
        at = random.randrange(2, len(tags) - 1)
        token = random.choice(material.SVG_TOKENS)
        tags[at] = random.choice(
            (
                token.strip(b"<>") + b">",
                tags[at].replace(b"2", token, 1),
                tags[at].replace(b">", token + b">"),
            )
        )
        content = b"<".join(tags)
    name = "a.svg" if kind == ".svg" and random.random() < 0.9 else "a.png"
    (folder / "media" / name).write_bytes(content)


def _fonts(random: Random, folder: Path) -> None:
    """A bank that brings a font with bytes changed."""
    data = material.bank()
    data["bank"]["pdf"]["fonts"] = ["media/f.ttf"]
    data["faqs"][0]["answer"] = "abc 日 ש"
    material.write_bank(folder, data)
    (folder / "media" / "f.ttf").write_bytes(mutate.bytes_(random, material.font()))


_TABLES: Final = {
    "notes": ("guid", "mid", "mod", "tags", "flds", "sfld", "id"),
    "cards": ("nid", "did", "ord", "mod", "due"),
    "col": ("models", "decks", "conf", "ver", "mod"),
    "notetypes": ("name", "config", "id"),
    "fields": ("name", "ord", "config"),
    "templates": ("name", "ord", "config"),
    "decks": ("name", "common", "kind"),
}

_VALUES: Final = (
    *(None, "", 0, -1, 2**62, 1e300, float("inf"), float("nan"), "x", b"", b"\x00\xff", "{}", "[]"),
    *(
        "null",
        '{"1": {}}',
        '{"1": null}',
        "\x1f",
        "a\x1fb\x1fc",
        "::",
        "\x1b[2J\n::error::x",
        "é" * 500,
    ),
)

_HTML: Final = (
    *("<div>", "</div>", "<ul><li>", "</ul>", "<b>", "</b>", "<table><tr><td>", "</table>", "<br>"),
    *(
        "<img src='a.png'>",
        '<img src="../a b.png">',
        "[sound:x.mp3]",
        "[latex]x[/latex]",
        "[$]y[/$]",
    ),
    *(
        "\\(",
        "\\)",
        "\\[x^2\\]",
        "{{c1::a}}",
        "{{c1::",
        "}}",
        "<ruby>漢<rt>かん</rt></ruby>",
        "<sub>2</sub>",
    ),
    *(
        "<anki-mathjax>x</anki-mathjax>",
        "<a href='javascript:x'>y</a>",
        "<h1>H</h1>",
        "<pre><code>",
        "&lt;",
    ),
    *(
        "<script>x</script>",
        "<style>a{}</style>",
        "<!--",
        "-->",
        "&#0;",
        "*",
        "_",
        "`",
        "|",
        "#",
        "- ",
        "~",
    ),
    *(
        '<p data-field="answer">',
        "<section data-field='x'>",
        "word ",
        "\n",
        "<",
        "a" * 400,
        "image-occlusion:",
    ),
)


def _html(random: Random) -> str:
    text = "".join(random.choice(_HTML) for _ in range(random.randint(1, 12)))
    return text * random.choice((1, 1, 1, 40, 5_000)) if random.random() < 0.3 else text


def _packages(random: Random, folder: Path) -> None:
    """A package with its bytes, its members, its cells or its tables changed."""
    content = random.choice(packages())
    if random.random() < 0.2:
        content = mutate.bytes_(random, content)
    else:
        members = material.unpacked(content)
        for _ in range(random.randint(1, 3)):
            _member(random, members)
        content = material.packed(members)
    (folder / "deck.apkg").write_bytes(content)


@cache
def packages() -> tuple[bytes, ...]:
    """Whole packages: ours, one as other tools write it, and that as Anki of today does."""
    whole = [material.package(), material.foreign()]
    with suppress(ModuleNotFoundError):  # the official backend has no wheel for every machine
        whole.append(material.modern(material.foreign()))
    return tuple(whole)


def _member(random: Random, members: dict[str, bytes]) -> None:
    name = random.choice(sorted(members))
    collection = "collection.anki21b" if "collection.anki21b" in members else "collection.anki2"
    match random.randrange(7):
        case 0:
            members[name] = mutate.bytes_(random, members[name])
        case 1:
            del members[name]
        case 2:
            names = [
                "../x.svg",
                "/abs/x.png",
                "a.png",
                "a\n::error::b.png",
                "x" * 300 + ".png",
                "a.mp3",
            ]
            members["media"] = material.media_map(random.sample(names, 3))
        case _ if collection in members:
            members[collection] = _collection(random, members[collection])


_ENDLESS: Final = (
    "with recursive r(n) as (select 1 union all select n + 1 from r) select n as id, n as guid, "
    "n as mid, n as nid, n as flds, n as tags, n as mod, n as did, n as ord from r"
)


def _collection(random: Random, content: bytes) -> bytes:
    import zstandard

    packed = content.startswith(b"\x28\xb5\x2f\xfd")
    if packed:
        try:
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=10**8)
        except zstandard.ZstdError:
            return content
    if not content.startswith(b"SQLite format 3\x00"):
        return content
    statements: list[tuple[str, tuple[Any, ...]]] = []
    for _ in range(random.randint(1, 3)):
        table = random.choice(sorted(_TABLES))
        column = random.choice(_TABLES[table])
        limit = f"where rowid in (select rowid from {table} order by random() limit 1)"
        match random.randrange(8):
            case 0:
                statements.append((f"drop table {table}", ()))
            case 1:
                statements += [
                    (f"alter table {table} rename to gone", ()),
                    (f"create view {table} as {_ENDLESS}", ()),
                ]
            case 2:
                statements.append((f"alter table {table} drop column {column}", ()))
            case 3 | 4:
                statements.append(
                    (f"update {table} set {column} = ? {limit}", (random.choice(_VALUES),))
                )
            case _:
                fields = "\x1f".join(_html(random) for _ in range(random.randint(1, 12)))
                statements.append((f"update notes set flds = ? {limit}", (fields,)))
    changed = material.database(content, statements)
    return zstandard.ZstdCompressor().compress(changed) if packed else changed


KINDS: Final[Mapping[str, Callable[[Random, Path], None]]] = {
    "bytes": _bytes,
    "tree": _tree,
    "texts": _texts,
    "formulas": _formulas,
    "pictures": _pictures,
    "fonts": _fonts,
    "packages": _packages,
}
