"""Every budget of the project as a ratio, in one table: `python -m benchmarks.run`.

Peers that are not installed are left out and named. `--quick` leaves out the bank of 100,000
questions.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from math import isnan
from pathlib import Path

from benchmarks import findings, page
from benchmarks.banks import write_anki_yaml_tool, write_bank, write_pictures, write_typst
from benchmarks.measure import Cost, in_turns
from benchmarks.serve import save_to_page
from benchmarks.shipped import (
    BANK,
    EMPTY_COMMAND,
    FLOOR,
    OLD,
    old_source,
    with_source,
    without_cache,
)

PYTHON = sys.executable
OURS = [PYTHON, "-m", "prep_export"]
LOAD = "import sys, yaml; yaml.load(open(sys.argv[1], 'rb'), Loader=yaml.CSafeLoader)"
VALIDATE = (
    "import sys, gc; gc.disable()\n"
    "from prep_export.bank.read.merge import load\n"
    "from prep_export.bank.check.meaning import check_meaning\n"
    "loaded = load(sys.argv[1]); assert not check_meaning(loaded.bank)"
)
COUNT_FINDINGS = (
    "import sys\n"
    "from prep_export.findings.forms import render_text\n"
    "from prep_export.reading import read_bank\n"
    "found = read_bank(sys.argv[1]).findings\n"
    "assert found; render_text(found)"
)
EMPTY_TYPER = (
    "import typer\n"
    "app = typer.Typer(rich_markup_mode=None)\n"
    "@app.command()\n"
    "def one(): 'One.'\n"
    "@app.command()\n"
    "def two(): 'Two.'\n"
    "app()"
)


@dataclass(frozen=True)
class Row:
    what: str
    ratio: float
    budget: float
    note: str


def ratios(what: str, ours: Cost, peer: Cost, budgets: tuple[float, float | None]) -> list[Row]:
    """Rows for time and, where it has a budget, memory."""
    time = f"{ours.seconds:.2f} s / {peer.seconds:.2f} s"
    rows = [Row(f"{what}: time", ours.seconds / peer.seconds, budgets[0], time)]
    if budgets[1] is not None:
        memory = f"{ours.mebibytes:.0f} MiB / {peer.mebibytes:.0f} MiB"
        rows.append(Row(f"{what}: memory", ours.mebibytes / peer.mebibytes, budgets[1], memory))
    return rows


def shipped(folder: Path, rounds: int) -> list[Row]:
    """The shipped bank: commands beside the floor, then PDFs beside the older commit."""
    package = str(folder / "llm.apkg")
    subprocess.run([*OURS, "anki", "-q", BANK, "-o", package], check=True, capture_output=True)
    budgets = {
        "validate": (["validate", "-q", BANK], 1.6),
        "list": (["list", BANK], 2.0),
        "diff": (["diff", package, BANK], 2.0),
        "anki": (["anki", "-q", BANK, "-o", f"{folder}/x.apkg"], 2.2),
    }
    costs = in_turns(
        {
            **{name: [*OURS, *arguments] for name, (arguments, _) in budgets.items()},
            "floor": [PYTHON, "-c", FLOOR, BANK],
            "typer": [PYTHON, "-c", EMPTY_COMMAND, "one"],
        },
        rounds * 2,
    )
    rows = []
    for name, (_, budget) in budgets.items():
        what = f"shipped bank, {name} / floor"
        rows += ratios(what, costs[name], costs["floor"], (budget, None))
    none = (float("nan"), None)
    rows += ratios(
        "(a Typer command that does nothing / floor)", costs["typer"], costs["floor"], none
    )
    with old_source() as source:
        if source is not None:
            rows += _beside_old(folder, source, rounds)
    return rows


def _beside_old(folder: Path, source: str, rounds: int) -> list[Row]:
    pdf = ["pdf", "-q", BANK, "-o", f"{folder}/x.pdf"]
    build = ["build", "-q", BANK, "-o", f"{folder}/out"]
    without_cache()
    costs = in_turns(
        {
            "pdf": [*OURS, *pdf, "--no-cache"],
            "old pdf": with_source(source, *pdf),
            "build": [*OURS, *build, "--no-cache"],
            "old build": with_source(source, *build),
            "old validate": with_source(source, "validate", "-q", BANK),
            "validate": [*OURS, "validate", "-q", BANK],
        },
        rounds,
    )
    subprocess.run([*OURS, *build], check=True, capture_output=True)
    costs |= in_turns({"cached": [*OURS, *build]}, rounds)
    none = (float("nan"), None)
    old = costs["old build"]
    return [
        *ratios(f"shipped bank, validate / {OLD}", costs["validate"], costs["old validate"], none),
        *ratios(f"shipped bank, pdf / {OLD}", costs["pdf"], costs["old pdf"], (0.4, None)),
        *ratios(f"shipped bank, build / {OLD}", costs["build"], old, (0.5, None)),
        *ratios(f"shipped bank, build, formulas kept / {OLD}", costs["cached"], old, (0.3, None)),
    ]


def serving(folder: Path) -> list[Row]:
    """From a save of the shipped bank to the changed item in a browser's hands."""
    seconds = statistics.median(save_to_page(folder, 10))
    return [Row("serve, save → changed item / 0.3 s: time", seconds / 0.3, 1, f"{seconds:.2f} s")]


def pictures(folder: Path) -> list[Row]:
    """300 questions with 1,000 pictures: flashcards beside the booklet."""
    bank = str(write_pictures(folder / "pictures", 300, 1_000))
    costs = in_turns(
        {
            name: [*OURS, "export", name, "-q", bank, "-o", f"{folder}/x"]
            for name in ("anki", "booklet", "flashcards")
        },
        1,
    )
    cards, book, deck = costs["flashcards"], costs["booklet"], costs["anki"]
    memory = f"{cards.mebibytes:.0f} MiB; booklet {book.mebibytes:.0f}, deck {deck.mebibytes:.0f}"
    return [
        *ratios("1,000 pictures, flashcards / booklet", cards, book, (1.5, None)),
        Row("1,000 pictures, flashcards / 250 MiB: memory", cards.mebibytes / 250, 1, memory),
    ]


def searching(folder: Path) -> list[Row]:
    """The study page of the shipped bank, and of 10,000 questions, as Chromium has them."""
    if page.missing():
        return []
    many = folder / "page-10000.yaml"
    write_bank(many, 10_000)
    none = float("nan")
    rows = []
    for name, bank, budget, limit in (("shipped bank", BANK, 1, 30), ("10,000", many, none, 100)):
        target = folder / "page.html"
        command = [*OURS, "site", "-q", str(bank), "-o", str(target)]
        subprocess.run(command, check=True, capture_output=True)
        shown = page.opened(target)
        what = f"study page, {name}"
        rows += [
            Row(
                f"{what}, first content / 1 s",
                shown.painted / 1000,
                budget,
                f"{shown.painted:.0f} ms",
            ),
            Row(f"{what}, search / {limit} ms", shown.search / limit, 1, f"{shown.search:.0f} ms"),
        ]
    return rows


def many_findings(folder: Path, count: int) -> list[Row]:
    """A bank with 4,000 findings of one kind beside the same bank with one."""
    rows = []
    for kind in findings.KINDS:
        one, many = folder / "one.yaml", folder / "many.yaml"
        findings.write(one, kind, 1, count)
        findings.write(many, kind, count, count)
        command = [PYTHON, "-c", COUNT_FINDINGS]
        costs = in_turns({"one": [*command, str(one)], "many": [*command, str(many)]}, 1)
        what = f"{count:,} {kind} / one"
        rows += ratios(what, costs["many"], costs["one"], (3, None))
    return rows


def loading(folder: Path, size: int, rounds: int) -> list[Row]:
    path = folder / f"bank-{size}.yaml"
    write_bank(path, size)
    none = float("nan")
    budgets = (0.35, 0.5) if size >= 10_000 else (none, none)
    costs = in_turns(
        {
            "ours": [PYTHON, "-c", VALIDATE, str(path)],
            "whole": [*OURS, "validate", "-q", str(path)],
            "yaml": [PYTHON, "-c", LOAD, str(path)],
        },
        rounds,
    )
    return [
        *ratios(f"load + validate, {size:,} / yaml.load", costs["ours"], costs["yaml"], budgets),
        *ratios(
            f"the same with every formula, link and image checked, {size:,} / yaml.load",
            costs["whole"],
            costs["yaml"],
            (none, None),
        ),
    ]


def packaging(folder: Path, rounds: int) -> list[Row]:
    best: dict[str, tuple[float, int]] = {}
    for _ in range(rounds):
        for writer in ("ours", "floor", "genanki"):
            command = [
                PYTHON,
                "-m",
                "benchmarks.package_floor",
                writer,
                "10000",
                f"{folder}/x.apkg",
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, size = done.stdout.split()
            old = best.get(writer, (float("inf"), 0))
            best[writer] = (min(old[0], float(seconds)), int(size))
    ours, floor, stock = best["ours"], best["floor"], best["genanki"]
    return [
        Row(
            "notes → .apkg, 10,000 / floor: time",
            ours[0] / floor[0],
            1.5,
            f"{ours[0]:.2f} s / {floor[0]:.2f} s (genanki {stock[0]:.2f} s)",
        ),
        Row(
            "notes → .apkg, 10,000 / genanki: size",
            ours[1] / stock[1],
            0.25,
            f"{ours[1] / 2**20:.1f} MiB / {stock[1] / 2**20:.1f} MiB",
        ),
    ]


def exporting(folder: Path, rounds: int, peer: str | None) -> list[Row]:
    bank, other = folder / "bank-10000.yaml", folder / "peer.yaml"
    write_anki_yaml_tool(other, 10_000)
    commands = {"ours": [*OURS, "anki", "-q", str(bank), "-o", f"{folder}/ours.apkg"]}
    if peer is None:
        return []
    commands["peer"] = [peer, "-q", "build", "--file", str(other), "--output", f"{folder}/o.apkg"]
    costs = in_turns(commands, rounds)
    return ratios(
        "YAML → .apkg, 10,000 / anki-yaml-tool", costs["ours"], costs["peer"], (0.5, None)
    )


def growth(folder: Path) -> list[Row]:
    """From 10,000 to 100,000 questions, whole export: linear is 10."""
    costs = in_turns(
        {
            str(size): [
                *OURS, "anki", "-q", str(folder / f"bank-{size}.yaml"), "-o", f"{folder}/y.apkg",
            ]
            for size in (10_000, 100_000)
        },
        1,
    )  # fmt: skip
    small, large = costs["10000"], costs["100000"]
    loaded = in_turns({"load": [PYTHON, "-c", VALIDATE, str(folder / "bank-100000.yaml")]}, 1)[
        "load"
    ]
    return [
        Row(
            "YAML → .apkg, 100,000 / 10,000: time",
            large.seconds / small.seconds,
            11,
            f"{large.seconds:.1f} s / {small.seconds:.1f} s",
        ),
        Row(
            "YAML → .apkg, 100,000 / loaded data: memory",
            large.mebibytes / loaded.mebibytes,
            3,
            f"{large.mebibytes:.0f} MiB / {loaded.mebibytes:.0f} MiB",
        ),
    ]


def study_page(folder: Path, rounds: int) -> list[Row]:
    """The page of the shipped bank beside its budgets of bytes and seconds, and how it grows."""
    path = folder / "x.html"
    commands = {
        "site": [*OURS, "site", "-q", BANK, "-o", str(path)],
        "anew": [*OURS, "site", "-q", "--no-cache", BANK, "-o", str(path)],
        "validate": [*OURS, "validate", "-q", BANK],
    }
    for size in (1_000, 10_000):
        bank = folder / f"page-{size}.yaml"
        write_bank(bank, size)
        commands[str(size)] = [*OURS, "site", "-q", str(bank), "-o", f"{folder}/y.html"]
    costs = in_turns(commands, rounds)
    whole, read = costs["site"].seconds, costs["validate"].seconds
    anew = costs["anew"].seconds
    large, small, size = costs["10000"].seconds, costs["1000"].seconds, path.stat().st_size
    return [
        Row(
            "shipped bank, site less validate / 0.6 s: time",
            (whole - read) / 0.6,
            1,
            f"{whole:.2f} s less {read:.2f} s",
        ),
        Row(
            "shipped bank, site less validate, no font kept / 0.6 s: time",
            (anew - read) / 0.6,
            float("nan"),
            f"{anew:.2f} s less {read:.2f} s",
        ),
        Row("study page / 1.5 MB: size", size / 1.5e6, 1, f"{size:,} bytes"),
        Row("site, 10,000 / 1,000: time", large / small, 11, f"{large:.1f} s / {small:.1f} s"),
    ]


def booklet(folder: Path, rounds: int) -> list[Row]:
    """3,000 questions as a book; Typst, a compiled typesetter, sets the same one."""
    rows = []
    for size in (300, 3_000):
        write_bank(folder / f"book-{size}.yaml", size)
    commands = {
        str(size): [
            *OURS, "pdf", "-q", "--layout", "booklet", str(folder / f"book-{size}.yaml"),
            "-o", f"{folder}/book.pdf",
        ]
        for size in (300, 3_000)
    }  # fmt: skip
    if find_spec("typst"):
        write_typst(folder / "book.typ", 3_000)
        script = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
        commands["typst"] = [PYTHON, "-c", script, f"{folder}/book.typ", f"{folder}/peer.pdf"]
    costs = in_turns(commands, rounds)
    small, large = costs["300"], costs["3000"]
    rows.append(
        Row(
            "booklet, 3,000 / 300: time",
            large.seconds / small.seconds,
            11,
            f"{large.seconds:.1f} s / {small.seconds:.1f} s",
        )
    )
    if "typst" in costs:
        rows += ratios("booklet, 3,000 / typst", large, costs["typst"], (2, 0.25))
    return rows


def starting(rounds: int) -> list[Row]:
    costs = in_turns(
        {
            "help": [*OURS, "--help"],
            "typer": [PYTHON, "-c", EMPTY_TYPER, "--help"],
            "version": [*OURS, "--version"],
            "pass": [PYTHON, "-c", "pass"],
        },
        rounds * 5,
    )
    return [
        *ratios("--help / empty Typer app", costs["help"], costs["typer"], (1.15, None)),
        *ratios("--version / python -c pass", costs["version"], costs["pass"], (1.5, None)),
    ]


def table(rows: list[Row]) -> str:
    lines = ["| what | ratio | budget | met | measured |", "|---|---|---|---|---|"]
    for row in rows:
        has = not isnan(row.budget)
        met = ("yes" if row.ratio <= row.budget else "NO") if has else ""
        budget = f"≤ {row.budget:g}" if has else "none"
        lines.append(f"| {row.what} | {row.ratio:.2f} | {budget} | {met} | {row.note} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no bank of 100,000 questions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--anki-yaml-tool", default=shutil.which("anki-yaml-tool"))
    options = parser.parse_args()
    sizes = [100, 10_000] if options.quick else [100, 10_000, 100_000]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="prep-export-bench-") as name:
        folder = Path(name)
        rows += shipped(folder, options.rounds)
        rows += study_page(folder, options.rounds)
        rows += serving(folder)
        rows += many_findings(folder, 4_000)
        rows += pictures(folder)
        rows += searching(folder)
        for size in sizes:
            rows += loading(folder, size, 1 if size > 10_000 else options.rounds)
        rows += packaging(folder, options.rounds)
        rows += exporting(folder, options.rounds, options.anki_yaml_tool)
        if not options.quick:
            rows += growth(folder)
        rows += booklet(folder, 1 if options.quick else options.rounds)
        rows += starting(options.rounds)
    print(table(rows))
    if options.anki_yaml_tool is None:
        print("\nleft out: anki-yaml-tool is not installed (pip install anki-yaml-tool)")
    if page.missing():
        print(f"\nleft out: {page.missing()}")
    if find_spec("typst") is None:
        print("\nleft out: typst is not installed (pip install typst)")


if __name__ == "__main__":
    main()
