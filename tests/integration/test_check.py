"""`closedwon check`: what is wrong is said once, and what to do about it."""

import re
from pathlib import Path

import pytest

from tests.integration.commands import Command
from tests.integration.findings import ACCOUNTS, by_name, ends_with_step
from tests.ports import free_port
from workers.cli.check_steps import NetSuite, Salesforce, Step

DOCS = Path(__file__).parents[2] / "docs"


def test_all_well_is_said_of_each(command: Command) -> None:
    findings = command.json("check")

    assert all(finding["ok"] is True for finding in findings)
    assert by_name(findings)["NetSuite subsidiaries"]["found"] == "found: 1"


def test_a_refused_salesforce_login_is_said_once_and_the_rest_is_not_tried(
    command: Command,
) -> None:
    findings = by_name(command.json("check", status=1, SALESFORCE_CLIENT_ID="nobody"))

    assert "SALESFORCE_CLIENT_ID" in findings["Salesforce token"]["advice"]
    assert "It said: 400 invalid_client" in findings["Salesforce token"]["advice"]
    for what in ("Salesforce Account", f"Event channel {ACCOUNTS}"):
        assert findings[what]["found"] == "not tried: it needs the login"
        assert (findings[what]["ok"], findings[what]["advice"]) == (False, "")
    assert findings["NetSuite dry look-up"]["ok"]


def test_redis_down_is_told_once(command: Command) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    findings = by_name(command.json("check", status=1, REDIS_URL=nowhere))

    wrong = [what for what, finding in findings.items() if finding["advice"]]
    assert wrong == ["Redis"]
    assert findings["NetSuite token"]["ok"]
    assert findings["NetSuite dry look-up"]["found"] == "not tried: it needs Redis"


@pytest.mark.parametrize(
    ("setting", "scheme", "what", "step"),
    [
        ("SALESFORCE_LOGIN_URL", "http://", "Salesforce token", Salesforce.ADDRESS),
        ("SALESFORCE_PUBSUB_ENDPOINT", "", f"Event channel {ACCOUNTS}", Salesforce.NETWORK),
        ("NETSUITE_BASE_URL", "http://", "NetSuite token", NetSuite.ACCOUNT_ID),
    ],
)
def test_a_dead_address_is_named_with_its_setting(
    command: Command, setting: str, scheme: str, what: str, step: Step
) -> None:
    nowhere = f"{scheme}127.0.0.1:{free_port()}"
    given = {setting: nowhere, "SALESFORCE_TIMEOUT_SECONDS": "3"}

    findings = by_name(command.json("check", status=1, **given))

    assert f"Tried {nowhere}: is {setting} right?" in findings[what]["advice"]
    assert ends_with_step(findings[what], step)


def test_the_pages_promise_the_lines_that_check_has(command: Command) -> None:
    further = "[subsidiaries]\nfurther = ['2']\n[currencies]\nfurther = ['EUR']\n"
    (command.directory / "flow.toml").write_text(further)

    findings = command.json("check", SALESFORCE_CUSTOMER_FIELD="NetSuite_Id__c")

    lines = {finding["what"] for finding in findings if not finding["what"].startswith("Redis")}
    assert promised() == lines


def promised() -> set[str]:
    """What the setup pages say turns green, over all steps."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*-setup.md"))]
    told = [
        paragraph
        for page in pages
        for paragraph in page.split("\n\n")
        if paragraph.startswith("Turns green")
    ]
    names = [" ".join(name.split()) for text in told for name in re.findall(r"`([^`]+)`", text)]
    return {name for name in names if name.startswith(("Salesforce ", "NetSuite ", "Event "))}


def test_a_person_reads_what_is_wrong_below_the_table(command: Command) -> None:
    done = command.run("check", NETSUITE_CLIENT_ID="nobody")

    assert done.returncode == 1
    assert "not tried" in done.stdout
    assert "NetSuite token: Compare NETSUITE_CLIENT_ID with the integration" in done.stdout
    assert all(line == line.rstrip() for line in done.stdout.splitlines())
