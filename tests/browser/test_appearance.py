"""How the pages look and read: themes, phones, screen readers, keyboards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.failing import Refused, refused
from tests.browser.shots import shoot
from tests.browser.visitor import DESK, PHONE, Visitor, visit
from tests.e2e.system import System
from tests.eventually import eventually
from tests.ports import free_port
from workers.demo.process import Process, end_all
from workers.demo.readiness import answers
from workers.demo.story import IN_NETSUITE_TWICE
from workers.demo.world import World

NAMES = (
    "Bay Street Bakery",
    "Granite State Brewing",
    "Lakeview Dental",
    "Orchard Street Books",
)
PAGES = ("dead-letters", "account", "accounts", "flow", "criteria")


@pytest.fixture(scope="module")
def failed(demo: System, world: World) -> Refused:
    """Letters of two causes, and a draft of other criteria."""
    found = refused(demo, NAMES)
    demo.command("dead-letters", "assign", found.accounts[1], "Maria")
    demo.command("criteria", "set", "StageName in Negotiation/Review, Closed Won", "Amount > 50000")
    return found


@pytest.fixture(params=["light", "dark"])
def desk(
    request: pytest.FixtureRequest, browser: Browser, demo: System, failed: Refused
) -> Iterator[tuple[Visitor, str]]:
    login = demo.stack.admin_login
    with visit(browser, demo.stack.flower_url, login, theme=request.param, window=DESK) as at:
        yield at, request.param


def address(page: str, world: World) -> str:
    if page == "account":
        return f"/accounts/{world.entered.accounts[IN_NETSUITE_TWICE]}"
    return "/accounts?q=United" if page == "accounts" else f"/{page}"


def settled(visitor: Visitor, page: str) -> None:
    """What the page fetches is there."""
    shown = {
        "dead-letters": ("#list-place", NAMES[0]),
        "account": ("#candidates-place", "Subsidiaries"),
        "accounts": ("main", "United Oil & Gas, UK"),
        "flow": ("main", "/data/AccountChangeEvent"),
        "criteria": ("main", "Save draft"),
    }
    place, words = shown[page]
    expect(visitor.page.locator(place)).to_contain_text(words)
    if page == "flow":
        visitor.page.get_by_label("The last").select_option(label="15 minutes")
    if page == "criteria":
        expect(visitor.page.locator("#draft")).to_contain_text("Would newly qualify")
    if page != "accounts":  # which is as it was searched
        expect(visitor.page.locator(".refresh-words")).to_contain_text("Updated")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_accessible_and_nothing_in_them_is_wider_than_the_window(
    desk: tuple[Visitor, str], world: World, page: str, shots: Path
) -> None:
    visitor, theme = desk

    visitor.opens(address(page, world))
    settled(visitor, page)

    assert visitor.violations() == []
    assert visitor.overflow() <= 0
    name = page if theme == "light" else f"{page}-dark"
    shoot(visitor, name, shots, whole=page == "account")


@pytest.mark.parametrize("page", PAGES)
def test_pages_fit_a_phone(
    browser: Browser, demo: System, world: World, failed: Refused, page: str, shots: Path
) -> None:
    with visit(browser, demo.stack.flower_url, demo.stack.admin_login, window=PHONE) as visitor:
        visitor.opens(address(page, world))
        settled(visitor, page)

        assert visitor.overflow() <= 0
        assert visitor.violations() == []
        shoot(visitor, f"{page}-phone", shots)


def test_the_keyboard_alone_opens_and_leaves_a_dialog(admin: Visitor, failed: Refused) -> None:
    page = admin.page
    admin.opens("/dead-letters")
    opener = admin.button("Requeue all of RecordRejected")
    opener.focus()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    inside = page.evaluate("() => document.activeElement.closest('dialog') !== null")
    faults = admin.violations()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert inside
    assert faults == []


def test_a_failed_task_and_its_letter_lead_to_each_other(admin: Visitor, failed: Refused) -> None:
    page, account = admin.page, failed.accounts[0]
    admin.opens(f"/accounts/{account}")

    page.get_by_text("The request and the task").click()
    page.locator("#letter").get_by_role("link").filter(has_text="-").first.click()
    expect(page.locator("#task-page")).to_contain_text("RecordRejected")
    badge = page.locator("#task-page").get_by_text("FAILURE").first
    expect(badge).to_be_visible()
    page.locator("main").get_by_role("link").filter(has_text=account).first.click()

    expect(page.locator("#letter")).to_contain_text("RecordRejected")


@pytest.fixture
def prefixed(demo: System) -> Iterator[str]:
    """Another Flower over the same ledger, at /ops → its address."""
    port = free_port()
    own = {"FLOWER_URL_PREFIX": "ops", "FLOWER_PORT": str(port)}
    site = f"http://127.0.0.1:{port}/ops"
    flower = Process(
        "flower", "closedwon flower", demo.stack.environment | own, demo.stack.log("ops")
    )
    flower.start()
    try:
        eventually(lambda: answers(f"{site}/healthcheck"), "the other Flower to answer")
        yield site
    finally:
        end_all([flower], 20)


def test_pages_work_under_a_prefix(
    browser: Browser, demo: System, failed: Refused, prefixed: str
) -> None:
    with visit(browser, prefixed, demo.stack.admin_login) as visitor:
        visitor.opens("/dead-letters")
        settled(visitor, "dead-letters")
        visitor.page.get_by_role("link", name=NAMES[0]).click()
        expect(visitor.page.locator("#letter")).to_contain_text("RecordRejected")
        visitor.page.get_by_role("link", name="Flow", exact=True).click()
        expect(visitor.page.get_by_role("heading", name="The flow is on")).to_be_visible()

        assert visitor.page.url == f"{prefixed}/flow"
