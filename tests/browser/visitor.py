"""Somebody at the pages: a tab of a real browser, and what it must never show."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
_SERIOUS = {"serious", "critical"}


class Visitor:
    """One tab, logged in. `errors` is what the console complained of, but for answers of the
    statuses in `refusals`, which it may tell of late; `strangers` are requests that went to another
    server than Flower's.
    """

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.errors: list[str] = []
        self.refusals: set[int] = set()
        self.strangers: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def opens(self, path: str) -> None:
        """Goes to a page and waits until what it fetches is there."""
        self.page.goto(f"{self.site}{path}")
        self.page.locator("main h1").first.wait_for()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def violations(self) -> list[str]:
        """What axe finds that is serious: rule, advice and the elements, a line each."""
        self.page.evaluate(Path(AXE_FILE_PATH).read_text())
        found: dict[str, Any] = self.page.evaluate("() => axe.run()")
        return [
            f"{one['id']}: {one['help']}: {json.dumps([n['html'][:200] for n in one['nodes']])}"
            for one in found["violations"]
            if one["impact"] in _SERIOUS
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        words = "() => document.documentElement.scrollWidth - window.innerWidth"
        return int(self.page.evaluate(words))

    def _heard(self, message: ConsoleMessage) -> None:
        expected = any(f"with a status of {status} " in message.text for status in self.refusals)
        if message.type == "error" and not expected:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != urlsplit(self.site).netloc:
            self.strangers.append(request.url)


@contextmanager
def visit(
    browser: Browser,
    site: str,
    login: tuple[str, str],
    *,
    window: dict[str, int] | None = None,
    theme: str = "light",
) -> Iterator[Visitor]:
    """A tab of its own, which had nothing to complain of in the end."""
    context = browser.new_context(
        http_credentials={"username": login[0], "password": login[1], "send": "always"},
        viewport={"width": (window or DESK)["width"], "height": (window or DESK)["height"]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    context.set_default_timeout(20_000)
    visitor = Visitor(context.new_page(), site)
    try:
        yield visitor
        # The words, because the plain list of a module that is no test is not shown when it fails.
        assert not visitor.errors, f"the console complained: {visitor.errors}"
        assert not visitor.strangers, f"asked elsewhere: {visitor.strangers}"
    finally:
        context.close()
