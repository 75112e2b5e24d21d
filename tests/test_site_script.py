"""The page's modules make one script, or the build says why they do not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from prep_export.exporters.site import script as scripts
from prep_export.exporters.site.script import ORDER, ScriptError, joined, script
from prep_export.labels import labels

FOLDER = Path(scripts.__file__).parent


def test_every_module_is_in_the_script_and_the_last_starts_it() -> None:
    assert {path.stem for path in FOLDER.glob("*.js")} == set(ORDER)
    assert ORDER[-1] == "main"
    assert not re.search(r"^(?:import|export)\b", script(), re.MULTILINE)


def test_nothing_in_it_makes_code_or_markup_of_text() -> None:
    code = script()
    makers = "eval( Function( innerHTML outerHTML insertAdjacentHTML document.write .cssText"
    senders = "fetch( XMLHttpRequest WebSocket EventSource sendBeacon"
    for word in f"{makers} {senders}".split():
        assert word not in code, word


def test_a_name_in_two_modules_is_a_fault() -> None:
    with pytest.raises(ScriptError, match=r"thing stands in a\.js and in b\.js"):
        joined({"a": "const thing = 1;\n", "b": "export function thing() {}\n"})


def test_what_is_imported_must_come_before() -> None:
    assert joined(
        {"a": "export const x = 1;\n", "b": 'import { x } from "./a.js";\nlet y = x;\n'}
    ) == ("const x=1;let y=1;")
    with pytest.raises(ScriptError, match="comes later"):
        joined({"b": 'import { x } from "./a.js";\n', "a": "export const x = 1;\n"})
    with pytest.raises(ScriptError, match="does not export y"):
        joined({"a": "export const x = 1;\n", "b": 'import { y } from "./a.js";\n'})
    with pytest.raises(ScriptError, match="cannot be joined"):
        joined({"a": "export default 1;\n"})
    assert joined({"a": "export const text = `\n  two lines`;\n"}) == "const text=`\n  two lines`;"
    with pytest.raises(ScriptError, match="end its own element"):
        joined({"a": 'const end = "</script>";\n'})


def test_every_word_that_the_script_says_is_a_label() -> None:
    known = labels("en")
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js"))
    said = set(re.findall(r'word\(\s*"([a-z-]+)"', code))
    assert "site-reveal" in said
    assert said <= set(known)


def test_types_hold() -> None:
    """By `tsc`, where it is installed: `npm install -g typescript`. CI has it run by itself."""
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("needs tsc")
    options = json.loads((FOLDER / "tsconfig.json").read_text(encoding="utf-8"))
    assert options["compilerOptions"]["strict"]
    done = subprocess.run(
        [compiler, "-p", str(FOLDER)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
