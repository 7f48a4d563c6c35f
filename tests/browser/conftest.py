"""A real browser, and the demo with its story told up to the dead letter."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visitor import Visitor, visit
from tests.e2e.running import running
from tests.e2e.system import System
from workers.demo.people import Finance, Salesperson
from workers.demo.story import DEATH, STEPS
from workers.demo.world import World

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_TOLD = [step.title for step in STEPS].index(DEATH) + 1


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Without one: skipped on a laptop, a failure in CI."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        words = f"No browser on PATH: {', '.join(_BROWSERS)} (Debian, Ubuntu: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        # Its sandbox wants user namespaces, which containers do not give; the pages are our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The demo's stack, started once."""
    with running(tmp_path_factory.mktemp("demo")) as system:
        yield system


@pytest.fixture(scope="package")
def world(demo: System) -> Iterator[World]:
    """The demo's story without its last correction: Northern Trail is dead."""
    salesperson = Salesperson(demo.stack.environment)
    finance = Finance(demo.stack.netsuite_url)
    with closing(salesperson), closing(finance):
        world = World(demo.stack, demo.journal, salesperson, finance)
        for step in STEPS[:_TOLD]:
            step.play(world)
        yield world


@pytest.fixture
def admin(browser: Browser, demo: System, world: World) -> Iterator[Visitor]:
    with visit(browser, demo.stack.flower_url, demo.stack.admin_login) as visitor:
        yield visitor


@pytest.fixture
def operator(browser: Browser, demo: System, world: World) -> Iterator[Visitor]:
    with visit(browser, demo.stack.flower_url, demo.stack.operator_login) as visitor:
        yield visitor


@pytest.fixture(scope="package")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")
