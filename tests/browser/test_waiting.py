"""What the pages show while the server does not answer."""

import json

import pytest
from playwright.sync_api import Route, expect

from tests.browser.failing import Refused, refused
from tests.browser.visitor import Visitor
from tests.e2e.system import System
from tests.eventually import eventually
from workers.demo.world import World

_TIMED_BY_THE_CLOCK = """
AbortSignal.timeout = (milliseconds) => {
  const giving = new AbortController();
  setTimeout(() => giving.abort(new DOMException("", "TimeoutError")), milliseconds);
  return giving.signal;
};
"""
"""The browser's own timer does not heed the clock that a test moves on."""
_HALF_AN_ANSWER = """
const ask = window.fetch;
let isFirst = true;
window.fetch = (address, options) => {
  if (!isFirst || !String(address).endsWith("/summary")) return ask(address, options);
  isFirst = false;
  const late = new DOMException("", "TimeoutError");
  const body = new ReadableStream({ start: (stream) => stream.error(late) });
  const headers = { "Content-Type": "application/json" };
  return Promise.resolve(new Response(body, { headers }));
};
"""


@pytest.fixture
def failed(demo: System, world: World) -> Refused:
    return refused(demo, [demo.name("Silent Creek")])


def answer(route: Route, status: int, error: str, message: str) -> None:
    body = json.dumps({"error": error, "message": message})
    route.fulfill(status=status, content_type="application/json", body=body)


def test_a_page_says_that_it_waits_while_nothing_answers(admin: Visitor, failed: Refused) -> None:
    page, account = admin.page, failed.accounts[0]
    asked: list[Route] = []
    told = page.locator(".refresh-words")
    page.clock.install()
    page.add_init_script(_TIMED_BY_THE_CLOCK)
    admin.opens(f"/accounts/{account}")
    expect(told).to_contain_text("Updated")

    page.route(f"**/api/closedwon/accounts/{account}", lambda route: asked.append(route))
    page.clock.fast_forward(30_000)
    expect(told).to_contain_text("Waiting for the server, as of")
    is_live = page.locator(".status-dot-live").count()
    eventually(lambda: page.evaluate("true") and bool(asked), "the page to ask again")
    page.clock.fast_forward(10_000)
    expect(page.locator(".cw-trouble")).to_contain_text("longer than 10 seconds")

    assert is_live == 0


def test_the_navigation_asks_again_after_half_an_answer(admin: Visitor, failed: Refused) -> None:
    page = admin.page
    page.clock.install()
    page.add_init_script(_HALF_AN_ANSWER)

    page.goto(f"{admin.site}/workers")  # Flower's own: nothing of ours but the navigation
    page.clock.fast_forward(6_000)

    expect(page.locator('.app-nav a[href$="/dead-letters"] .badge')).to_be_visible()


def test_an_action_under_way_is_sent_once_and_keeps_what_was_typed(
    admin: Visitor, failed: Refused
) -> None:
    page, account = admin.page, failed.accounts[0]
    sent: list[Route] = []
    dialog = page.get_by_role("dialog")

    def arrived(count: int) -> Route:
        # to ask the page anything is what lets its requests come in
        eventually(lambda: page.evaluate("true") and len(sent) >= count, f"request {count}")
        return sent[count - 1]

    admin.refusals = {400, 503}
    page.route("**/sync", lambda route: sent.append(route))
    admin.opens(f"/accounts/{account}")

    admin.button("Sync now…").click()
    dialog.get_by_label("Reason").fill("by the month's end")
    dialog.get_by_role("button", name="Sync now").click()
    expect(dialog.get_by_role("button", name="Working…")).to_be_disabled()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    answer(arrived(1), 400, "BadRequest", "Not so.")
    expect(dialog).to_contain_text("Not so.")
    typed = dialog.get_by_label("Reason").input_value()
    dialog.get_by_role("button", name="Sync now").click()
    expect(dialog.get_by_role("button", name="Working…")).to_be_disabled()
    answer(arrived(2), 503, "TookTooLong", "It may be done nonetheless.")
    expect(dialog).to_be_hidden()

    expect(page.locator("#toast-container")).to_contain_text("It may be done nonetheless.")
    assert typed == "by the month's end"
    assert len(sent) == 2


def test_salesforce_is_asked_again_after_a_failure(admin: Visitor, failed: Refused) -> None:
    page, account = admin.page, failed.accounts[0]
    admin.refusals = {503}
    page.clock.install()
    page.route("**/live", lambda route: answer(route, 503, "ServiceUnavailable", "Down."))
    admin.opens(f"/accounts/{account}")
    expect(page.locator("#facts")).to_contain_text("Down.")

    page.unroute("**/live")
    page.clock.fast_forward(31_000)

    expect(page.locator("#account-name")).to_contain_text("Silent Creek")


def test_what_goes_elsewhere_is_selected_no_more(admin: Visitor, failed: Refused) -> None:
    page, account = admin.page, failed.accounts[0]
    page.clock.install()
    admin.opens(f"/dead-letters?account={account}")
    page.get_by_role("checkbox", name=f"Select {account}").check()
    selected = page.get_by_text("1 selected").first
    expect(selected).to_be_visible()

    failed.system.command("dead-letters", "discard", account, "--reason", "a duplicate")
    page.clock.fast_forward(30_000)

    expect(page.locator("#bulk-place").get_by_text("1 selected")).to_be_hidden()
