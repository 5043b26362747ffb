"""What a customer's browser loads: how much, and that joining the modules keeps them whole."""

import re
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from livechat.widget import scripts

EMBED = 3_000
TOGETHER = 15_000
#: What is imported when it is needed stands under an address that the page names.
IMPORTED_LATER = re.compile(r"\bimport\((?!this\.texts\.(?:script|beside)\))")


def modules() -> list[Path]:
    """The widget's script and all that it imports."""
    found: dict[str, Path] = {}
    wanted = ["./widget.js"]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = scripts.place_of(name)
            wanted += re.findall(r'from "(\.[^"]+)"', found[name].read_text())
    return list(found.values())


def test_embed_is_small() -> None:
    assert len(scripts.embed().bodies["br"]) <= EMBED


def test_all_that_a_customer_loads_is_small() -> None:
    sizes = {
        name: len(each().bodies["br"])
        for name, each in vars(scripts).items()
        if name in {"embed", "widget"}
    }

    assert sum(sizes.values()) <= TOGETHER, sizes


def test_no_two_modules_use_the_same_name_and_all_are_in_the_joined_script() -> None:
    named = re.compile(
        r"^(?:export )?(?:const|let|class|(?:async )?function) ([\w$]+)", re.MULTILINE
    )
    names = [name for path in modules() for name in named.findall(path.read_text())]
    declared = re.compile(r"(?:const|let|class|function) ([\w$]+)")

    assert len(names) == len(set(names))
    assert set(names) <= set(declared.findall(scripts.widget().text))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_a_module_keeps_to_the_forms_that_can_be_joined(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()

    imports = [line for line in lines if re.match(r"import\b", line) or IMPORTED_LATER.search(line)]
    exports = [line for line in lines if line.startswith("export")]
    assert len(imports) == len(scripts.IMPORT.findall(text))
    assert len(exports) == len(scripts.EXPORT.findall(text))
    assert not any(" as " in line for line in imports)
    assert ";}" not in text  # Where it is no code it would be changed.
    patterns = re.compile(r"const [A-Z]+ = /")
    assert all(line.count("`") % 2 == 0 for line in lines if not patterns.match(line))
    codes = [line.split(" // ")[0] for line in lines if " // " in line]
    assert all(code.count(quote) % 2 == 0 for code in codes for quote in "\"'`")


def test_the_joined_script_is_a_script(tmp_path: Path) -> None:
    joined = tmp_path / "widget.mjs"
    joined.write_text(scripts.widget().text)

    subprocess.run(["node", "--check", joined], check=True)


def test_its_address_with_the_version_is_kept_for_ever(client: Client) -> None:
    version = scripts.widget().version

    assert "immutable" in client.get(f"/widget.js?{version}")["Cache-Control"]
    assert client.get("/widget.js?old")["Cache-Control"] == "no-cache"
