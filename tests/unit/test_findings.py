"""What `closedwon check` makes of what it sees."""

import pytest

from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from workers.cli.check_redis import is_recent
from workers.cli.finding import Finding, failure, not_tried


@pytest.mark.parametrize(
    ("version", "recent"),
    [("6.2", True), ("6.2.14", True), ("7.0.0", True), ("10.0.1", True), ("6.0.9", False)],
)
def test_versions_are_compared_as_numbers(version: str, recent: bool) -> None:
    assert is_recent(version) is recent


def test_a_refused_login_says_where_to_look_and_then_the_services_words() -> None:
    refused = AuthenticationFailed("Check NETSUITE_CLIENT_ID.", service_words="400 invalid_client")

    finding = failure("NetSuite token", refused, "NETSUITE_BASE_URL", "https://example.com")

    assert finding.advice == "Check NETSUITE_CLIENT_ID. It said: 400 invalid_client"
    assert not finding.ok


def test_a_dead_address_is_named_with_its_setting() -> None:
    dead = ServiceUnavailable("Salesforce cannot be reached.")

    finding = failure("Salesforce token", dead, "SALESFORCE_LOGIN_URL", "https://x.example.com")

    assert finding.found == "Salesforce cannot be reached."
    assert finding.advice == "Tried https://x.example.com: is SALESFORCE_LOGIN_URL right?"


def test_a_limit_is_no_wrong_address() -> None:
    finding = failure("NetSuite OneWorld", RateLimited("All slots are taken."), "X", "y")

    assert finding.advice == "Try again later."


def test_json_says_of_each_finding_whether_it_is_well() -> None:
    findings = [Finding("a", "yes"), Finding("b", "no", "Do it."), not_tried("c", "it needs b")]

    printed = [finding.as_json()["ok"] for finding in findings]

    assert printed == [True, False, False]
    assert [finding.verdict for finding in findings] == ["ok", "WRONG", "not tried"]
