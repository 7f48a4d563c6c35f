"""The flow's page and the navigation while something stands still, and who is told so."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.pauses import Pauses
from tests.browser.visitor import PHONE, Visitor, visit
from tests.e2e.system import System


@pytest.fixture
def still(demo: System) -> Iterator[System]:
    """NetSuite is paused, and no beat runs to probe it or to sweep."""
    demo.stack.stop("beat")
    demo.redis.set("cw:swept", int((time.time() - 100) * 1000))
    Pauses(demo.redis).begin("netsuite", "NetSuite is down", "NetSuite")
    yield demo
    for what in ("netsuite", "flow"):
        Pauses(demo.redis).end(what)
    demo.stack.start("beat")


def test_the_flow_can_be_switched_off_while_a_service_is_paused(
    admin: Visitor, still: System
) -> None:
    page = admin.page
    tab = page.locator(".app-nav").get_by_role("link", name=re.compile(r"^Flow\b"))
    admin.opens("/flow")
    expect(admin.button("End the pauses…")).to_be_visible()
    expect(tab).to_contain_text("paused")

    admin.button("Switch off…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("month end")
    dialog.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", name="The flow is off")).to_be_visible()
    expect(tab).to_contain_text("off")
    expect(admin.button("End the pauses…")).to_be_hidden()
    off = Pauses(still.redis).all()
    admin.button("Switch on…").click()
    dialog.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="The flow is on")).to_be_visible()
    expect(tab).to_have_text(re.compile(r"^\s*Flow\s*$"))

    assert set(off) == {"flow", "netsuite"}
    assert Pauses(still.redis).all() == {}


def test_the_page_says_that_nothing_is_done_while_nothing_sweeps(
    operator: Visitor, still: System
) -> None:
    page = operator.page

    operator.opens("/flow")

    head = page.locator("#flow-switch")
    expect(head).to_contain_text("Nothing is being done: no worker or no beat answers")
    expect(head.locator(".status-dot-error")).to_be_visible()
    expect(page.locator("#flow-warnings")).to_contain_text("The sweeper ran last")
    assert operator.violations() == []


@pytest.mark.parametrize("path", ["/accounts", "/workers"])
def test_every_page_says_who_is_logged_in(
    browser: Browser, demo: System, admin: Visitor, operator: Visitor, path: str
) -> None:
    login = demo.stack.operator_login

    admin.page.goto(f"{admin.site}{path}")
    with visit(browser, demo.stack.flower_url, login, window=PHONE) as phone:
        phone.page.goto(f"{phone.site}{path}")
        phone.button("Toggle navigation").click()

        expect(phone.page.get_by_text("operator · operator")).to_be_visible()
        assert phone.overflow() <= 0
    expect(admin.page.get_by_text("admin · admin")).to_be_visible()
