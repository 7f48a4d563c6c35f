"""What `closedwon check` makes of what it sees."""

import re
from pathlib import Path

import pytest

from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from workers.cli.check_redis import is_recent
from workers.cli.check_steps import TABLES, NetSuite, Salesforce, Step, row_of
from workers.cli.finding import Finding, Place, failure, not_tried

DOCS = Path(__file__).parents[2] / "docs"
LOGIN = Place("SALESFORCE_LOGIN_URL", "https://x.example.com", Salesforce.ADDRESS)


@pytest.mark.parametrize(
    ("version", "recent"),
    [("6.2", True), ("6.2.14", True), ("7.0.0", True), ("10.0.1", True), ("6.0.9", False)],
)
def test_versions_are_compared_as_numbers(version: str, recent: bool) -> None:
    assert is_recent(version) is recent


def test_a_refusal_that_is_known_is_told_with_its_remedy_the_services_words_and_the_step() -> None:
    refused = AuthenticationFailed(
        "Salesforce refuses the credentials.", service_words="400 invalid_grant ip restricted"
    )

    finding = failure("Salesforce token", refused, LOGIN, Salesforce.EXTERNAL_CLIENT_APP)

    assert finding.advice == (
        "Let the integration user in from this address. It said: 400 invalid_grant ip restricted. "
        "See docs/salesforce-setup.md, step 10."
    )
    assert not finding.ok


def test_any_other_refusal_is_told_in_the_errors_words() -> None:
    refused = AuthenticationFailed("Check the credentials.", service_words="400 out_of_tea")

    finding = failure("NetSuite token", refused, LOGIN, NetSuite.MAPPING)

    assert finding.advice == (
        "Check the credentials. It said: 400 out_of_tea. See docs/netsuite-setup.md, step 7."
    )


def test_a_dead_address_is_named_with_its_setting() -> None:
    dead = ServiceUnavailable("Salesforce cannot be reached.")

    finding = failure("Salesforce token", dead, LOGIN, Salesforce.EXTERNAL_CLIENT_APP)

    assert finding.found == "Salesforce cannot be reached."
    assert finding.advice == (
        "Tried https://x.example.com: is SALESFORCE_LOGIN_URL right? "
        "See docs/salesforce-setup.md, step 1."
    )


def test_what_passes_by_itself_names_a_step_only_where_one_helps() -> None:
    slots = RateLimited("All slots are taken.")
    limit = RateLimited("Too much.", service_words="403 TotalRequests Limit exceeded.")

    passing = failure("NetSuite OneWorld", slots, LOGIN, NetSuite.ROLE)
    lasting = failure("Salesforce Account", limit, LOGIN, Salesforce.PERMISSION_SET)

    assert passing.advice == "Try again later."
    assert lasting.advice.startswith("Try again later. The org's API calls")
    assert lasting.advice.endswith("See docs/salesforce-setup.md, step 12.")


@pytest.mark.parametrize("cloud", [Salesforce, NetSuite])
def test_the_steps_are_the_headings_of_the_page(cloud: type[Step]) -> None:
    page = DOCS / f"{cloud.__name__.lower()}-setup.md"

    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)

    named = [f"{step.value}. {step.name.replace('_', ' ')}" for step in cloud]
    assert [re.sub("[- ]", " ", heading).upper() for heading in headings] == named


@pytest.mark.parametrize("cloud", [Salesforce, NetSuite])
def test_every_row_can_be_reached(cloud: type[Step]) -> None:
    rows = TABLES[cloud]

    found = [row_of(cloud, row.said.upper()) for row in rows]

    assert found == list(rows)
    assert {type(row.step) for row in rows} == {cloud}


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("400 invalid_client_id client identifier invalid", Salesforce.EXTERNAL_CLIENT_APP),
        ("400 invalid_client invalid client credentials", Salesforce.CLIENT_CREDENTIALS),
        ("400 inactive_user user is inactive", Salesforce.INTEGRATION_USER),
        ("400 invalid_grant Audience validation failed", Salesforce.ENVIRONMENT),
        (
            "400 invalid_request refresh_token scope is required and the connected app should be "
            "installed and preauthorized",
            Salesforce.EXTERNAL_CLIENT_APP,
        ),
        (
            "400 app_not_found External client app is not installed in this org",
            Salesforce.ADDRESS,
        ),
        (
            "400 invalid_grant no client credentials user enabled",
            Salesforce.CLIENT_CREDENTIALS,
        ),
        (
            "401 INVALID_SESSION_ID This session is not valid for use with the specified REST API "
            "endpoint. One of the following scopes is required: api",
            Salesforce.EXTERNAL_CLIENT_APP,
        ),
        ("401 INVALID_SESSION_ID Session expired or invalid", Salesforce.NETWORK),
        ("UNAUTHENTICATED service.auth.error Session may be expired", Salesforce.NETWORK),
    ],
)
def test_salesforces_words_lead_to_a_step(said: str, step: Salesforce) -> None:
    row = row_of(Salesforce, said)

    assert row is not None
    assert row.step == step


def test_json_says_of_each_finding_whether_it_is_well() -> None:
    findings = [Finding("a", "yes"), Finding("b", "no", "Do it."), not_tried("c", "it needs b")]

    printed = [finding.as_json()["ok"] for finding in findings]

    assert printed == [True, False, False]
    assert [finding.verdict for finding in findings] == ["ok", "WRONG", "not tried"]
