"""Chromium for the browser tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

from tests import chromium

#: The last four: no request to anybody but the product.
ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium.find()
    if program is None:
        pytest.fail("No Chromium: `python -m tests.chromium` gets one, or set CHROMIUM.")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [*browser_type_launch_args.get("args", []), *ARGUMENTS, *as_root],
    }


@pytest.fixture
def browsers(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Callable[..., list[Browser]]]:
    """`browsers(2)` gives so many Chromium processes of their own; `args` adds switches."""
    with ExitStack() as open_browsers:

        def launch(count: int, *, args: tuple[str, ...] = ()) -> list[Browser]:
            options = {**browser_type_launch_args}
            options["args"] = [*options["args"], *args]
            launched = [browser_type.launch(**options) for _ in range(count)]
            for each in launched:
                open_browsers.callback(each.close)
            return launched

        yield launch
