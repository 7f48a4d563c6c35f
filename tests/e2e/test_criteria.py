"""Criteria change while everything runs: draft, preview, publish, and all who newly qualify."""

import uuid
from collections.abc import Iterator

import pytest

from app.audit import Audit
from tests.e2e.system import System, deal
from tests.eventually import eventually


@pytest.fixture
def changing(system: System) -> Iterator[System]:
    """The flow file's criteria hold again afterwards."""
    yield system
    draft = system.json("criteria", "set", "--flow-file")
    system.command("criteria", "publish", draft["version"])
    eventually(lambda: not system.redis.hexists("cw:passes", "criteria"), "all to be compared")


def open_deal(system: System, account: str, next_step: str) -> str:
    fields = deal(account, "Prospecting") | {"NextStep": next_step}
    return system.salesforce.create("Opportunity", fields)


def told(system: System, account: str) -> list[str]:
    """Its story."""
    return [line.words for line in system.journal.story(account)]


def test_an_account_that_newly_qualifies_becomes_a_customer_without_a_restart(
    changing: System,
) -> None:
    system, mark = changing, f"Sign {uuid.uuid4().hex[:8]}"
    names = [system.name("Nearly won"), system.name("Later")]
    nearly, later = (system.account(name) for name in names)
    open_deal(system, nearly, mark)
    call = open_deal(system, later, "Call")
    system.all_reach([nearly, later], "skipped")

    old = system.json("criteria", "set", f"NextStep = {mark}")
    draft = system.json("criteria", "set", "--any", "IsWon = true", f"NextStep = {mark}")
    preview = system.json("criteria", "preview")
    refused = system.command("criteria", "publish", old["version"], code=1)
    still = system.state(nearly)
    system.command("criteria", "publish", draft["version"], "--reason", "We sign early now.")

    assert (preview["version"], preview["newly"], preview["no_longer"]) == (draft["version"], 1, 0)
    assert preview["newly_sample"] == [{"account": nearly, "name": names[0]}]
    assert "The draft is another by now" in refused
    assert still == "skipped"
    system.customer(names[0])
    assert f"an Opportunity meets IsWon = true or NextStep = {mark}" in told(system, nearly)
    system.salesforce.update("Opportunity", call, {"NextStep": mark})
    system.customer(names[1])
    assert any("Opportunity UPDATE: NextStep" in words for words in told(system, later))
    [published] = Audit(system.redis).entries(what="criteria publish", limit=1).entries
    assert (published.why, published.before) == ("We sign early now.", "IsWon = true (flow file)")
    assert draft["version"] in published.after
