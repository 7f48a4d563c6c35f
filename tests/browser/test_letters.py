"""Dead letters in the browser: an admin heals a cause, an operator only looks."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.failing import PHONE, WORDS, Refused, refused
from tests.browser.visitor import Visitor
from tests.e2e.system import System
from workers.demo.story import IN_NETSUITE_TWICE
from workers.demo.world import World

CAUSE = "RecordRejected"


@pytest.fixture
def failed(demo: System, world: World) -> Refused:
    return refused(demo, [demo.name("Blue Harbour") for _ in range(6)])


def row_of(visitor: Visitor, words: str) -> Locator:
    return visitor.page.get_by_role("row").filter(has_text=words)


def test_an_admin_sees_a_failure_reads_why_and_heals_its_cause_with_a_canary(
    admin: Visitor, failed: Refused
) -> None:
    page, account = admin.page, failed.accounts[0]
    admin.opens("/dead-letters")
    expect(row_of(admin, account)).to_contain_text("Blue Harbour")
    row_of(admin, account).get_by_role("link").click()
    expect(page.locator("#letter")).to_contain_text(WORDS)
    page.get_by_text("The request and the task").click()
    sent = page.get_by_role("region", name="Request that failed")
    expect(sent).to_contain_text("customer")
    request = sent.inner_text()

    page.go_back()
    _requeue_all(admin)
    recoveries = page.locator("#recoveries li")
    expect(recoveries.first).to_contain_text("died again")
    still_dead = [failed.system.state(one) for one in failed.accounts]
    failed.mend()
    _requeue_all(admin, force=True)
    expect(recoveries.first).to_contain_text("done")
    for one in failed.accounts:
        expect(row_of(admin, one)).to_have_count(0)

    assert f"SF-{account}" in request
    assert PHONE not in request
    assert "Blue Harbour" not in request
    assert still_dead == ["dead"] * len(failed.accounts)
    failed.system.all_reach(failed.accounts, "synced")


def test_chosen_letters_are_requeued_and_discarded_with_a_reason(
    admin: Visitor, failed: Refused
) -> None:
    page = admin.page
    first, second, *_ = failed.accounts
    failed.mend()
    admin.opens("/dead-letters")

    row_of(admin, first).get_by_role("checkbox").check()
    admin.button("Discard…").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("a duplicate")
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(row_of(admin, first)).to_have_count(0)
    row_of(admin, second).get_by_role("checkbox").check()
    admin.button("Requeue…").click()
    page.get_by_role("dialog").get_by_role("button", name="Requeue").click()
    expect(row_of(admin, second)).to_have_count(0)

    failed.system.reaches(second, "synced")
    assert failed.system.state(first) == "none"
    assert "a duplicate" in failed.system.why(first)
    entries = failed.system.json("audit", "--account", first)
    told = [(entry["what"], entry["who"], entry["why"]) for entry in entries]
    assert told == [("discard", "admin", "a duplicate")]


def test_an_operator_reads_all_and_has_no_buttons(operator: Visitor, failed: Refused) -> None:
    page = operator.page

    operator.opens(f"/dead-letters?account={failed.accounts[0]}")
    expect(row_of(operator, failed.accounts[0])).to_contain_text(CAUSE)
    on_the_list = page.get_by_role("button", name=re.compile("Requeue|Discard")).count()
    boxes = page.get_by_role("checkbox").count()
    operator.opens(f"/accounts/{failed.accounts[0]}")
    expect(page.locator("#letter")).to_contain_text(WORDS)
    acts = re.compile("Requeue|Discard|Assign|Comment|Link|Sync")
    on_the_page = page.get_by_role("button", name=acts).count()

    assert (on_the_list, boxes, on_the_page) == (0, 0, 0)
    expect(page.get_by_text("ask an admin")).to_be_visible()


def test_of_two_candidates_an_admin_chooses_one(admin: Visitor, world: World) -> None:
    page, account = admin.page, world.entered.accounts[IN_NETSUITE_TWICE]
    twice = [c for c in world.finance.customers() if c["companyName"] == IN_NETSUITE_TWICE]
    admin.opens(f"/accounts/{account}")
    chosen = str(twice[0]["id"])

    side_by_side = page.locator("#candidates-place")
    expect(side_by_side).to_contain_text(f"Customer {twice[1]['id']}")
    side_by_side.get_by_role("button", name=re.compile(chosen)).click()
    page.get_by_role("dialog").get_by_role("button", name="Link").click()
    expect(page.locator("#letter")).to_be_hidden()

    world.await_state([IN_NETSUITE_TWICE], "synced")
    assert world.row(IN_NETSUITE_TWICE).customer == chosen


def _requeue_all(admin: Visitor, *, force: bool = False) -> None:
    admin.button(f"Requeue all of {CAUSE}").click()
    dialog = admin.page.get_by_role("dialog")
    expect(dialog.get_by_label("Try one first")).to_be_checked()
    if force:
        dialog.get_by_label("Also those that just died again").check()
    dialog.get_by_role("button", name="Requeue all").click()
