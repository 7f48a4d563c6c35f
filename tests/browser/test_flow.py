"""The switch and the criteria in the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.e2e.system import System
from workers.demo.world import World


@pytest.fixture
def criteria(demo: System, world: World) -> Iterator[System]:
    """What the flow file says holds again in the end."""
    yield demo
    demo.command("criteria", "set", "--flow-file")
    draft = demo.json("criteria", "show")["draft"]
    demo.command("criteria", "publish", draft["version"])


def test_an_admin_switches_the_flow_off_and_on(admin: Visitor, demo: System) -> None:
    page = admin.page
    admin.opens("/flow")

    admin.button("Switch off…").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("month end")
    page.get_by_role("dialog").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", name="The flow is off")).to_be_visible()
    account = demo.account(demo.name(), won=True)
    demo.reaches(account, "queued")
    admin.button("Switch on…").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="The flow is on")).to_be_visible()

    demo.reaches(account, "synced")
    history = page.locator("main").get_by_text("month end").first
    expect(history).to_be_visible()


def test_criteria_take_effect_with_the_second_step(admin: Visitor, criteria: System) -> None:
    page, demo = admin.page, criteria
    account = demo.account(demo.name("Prospect"))
    demo.opportunity(account, "Negotiation/Review")
    admin.opens("/criteria")

    page.get_by_label("Field").select_option("StageName")
    page.get_by_label("Operator").select_option("in")
    for stage in ("Negotiation/Review", "Closed Won"):
        page.get_by_role("checkbox", name=stage).check()
    admin.button("Save draft").click()
    expect(page.locator("#draft")).to_contain_text("Would newly qualify")
    expect(admin.button("Publish…")).to_be_enabled()
    before = demo.state(account)
    admin.button("Publish…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Yes, by these criteria from now on").check()
    dialog.get_by_label("Reason").fill("we bill at negotiation")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.locator("#current")).to_contain_text("Negotiation/Review")

    demo.reaches(account, "synced")
    assert before in ("none", "skipped")
    expect(page.locator("#criteria-history")).to_contain_text("we bill at negotiation")


def test_criteria_go_back_to_the_flow_file(admin: Visitor, criteria: System) -> None:
    page, demo = admin.page, criteria
    demo.command("criteria", "set", "StageName in Negotiation/Review, Closed Won")
    demo.command("criteria", "publish", demo.json("criteria", "show")["draft"]["version"])
    admin.opens("/criteria")

    admin.button("Go back to the flow file…").click()
    page.get_by_role("dialog").get_by_role("button", name="Make it the draft").click()
    expect(admin.button("Publish…")).to_be_enabled()
    admin.button("Publish…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Yes, by these criteria from now on").check()
    dialog.get_by_label("Reason").fill("as before")
    dialog.get_by_role("button", name="Publish").click()

    expect(page.locator("#current")).to_contain_text("The flow file")
    expect(admin.button("Go back to the flow file…")).to_be_hidden()


def test_another_field_keeps_the_values_that_fit_it(admin: Visitor, demo: System) -> None:
    page = admin.page
    admin.opens("/criteria")
    field, operator = page.get_by_label("Field"), page.get_by_label("Operator")
    field.select_option("StageName")
    operator.select_option("in")
    page.get_by_role("checkbox", name="Closed Won").check()

    field.select_option("Name")
    of_a_text = page.get_by_label("Values").input_value()
    field.select_option("Amount")
    of_a_number = page.get_by_label("Values").input_value()

    assert (of_a_text, of_a_number) == ("Closed Won", "")


def test_a_newer_draft_is_loaded_before_it_is_published(admin: Visitor, criteria: System) -> None:
    page, demo = admin.page, criteria
    page.clock.install()
    admin.opens("/criteria")
    admin.button("Add a criterion").click()

    demo.command("criteria", "set", "StageName in Negotiation/Review, Closed Won")
    page.clock.fast_forward(60_000)

    expect(page.locator("#publish-help")).to_contain_text("Load the newer first")
    expect(page.locator("#criteria-history")).to_contain_text("Negotiation/Review")
    expect(admin.button("Reset the form")).to_be_hidden()
    admin.button("Load the newer").click()
    expect(admin.button("Publish…")).to_be_enabled()
