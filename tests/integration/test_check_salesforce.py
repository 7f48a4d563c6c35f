"""Which step of the Salesforce page is missing, by what the org says."""

import json
from typing import Any

import httpx
import pytest

from tests.integration.commands import Command
from tests.integration.findings import (
    ACCOUNTS,
    OPPORTUNITIES,
    by_name,
    ends_with_step,
    refusal,
)
from workers.cli.check_steps import Salesforce

CUSTOMER_FIELD = "Salesforce customer field"


def description(entity: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """A fault: the object is described with these fields, until the fault is deleted."""
    body = json.dumps({"fields": fields})
    return {"call": "sobject.describe", "contains": entity, "body": body, "times": None}


@pytest.mark.parametrize(
    ("error", "description", "step"),
    [
        ("invalid_grant", "user hasn't approved this consumer", Salesforce.PRE_AUTHORISATION),
        (
            "invalid_app_access",
            "user is not admin approved to access this app",
            Salesforce.PRE_AUTHORISATION,
        ),
        ("invalid_grant", "audience is invalid", Salesforce.ENVIRONMENT),
        ("invalid_grant", "expired assertion", Salesforce.ENVIRONMENT),
        ("invalid_grant", "invalid assertion", Salesforce.CERTIFICATE),
        ("inactive_user", "user is inactive", Salesforce.INTEGRATION_USER),
        ("invalid_grant", "ip restricted", Salesforce.NETWORK),
        ("invalid_grant", "request not supported on this domain", Salesforce.ADDRESS),
        ("something_new", "nobody knows", Salesforce.EXTERNAL_CLIENT_APP),
    ],
)
def test_a_refused_salesforce_login_names_the_step(
    command: Command, salesforce: httpx.Client, error: str, description: str, step: Salesforce
) -> None:
    salesforce.post("faults", json=refusal("token", error, description)).raise_for_status()

    finding = by_name(command.json("check", status=1))["Salesforce token"]

    assert f"It said: 400 {error} {description}." in finding["advice"]
    assert ends_with_step(finding, step)


def test_a_user_of_another_name_is_not_pre_authorised(command: Command) -> None:
    given = {"SALESFORCE_USERNAME": "nobody@acme.example"}

    finding = by_name(command.json("check", status=1, **given))["Salesforce token"]

    assert ends_with_step(finding, Salesforce.PRE_AUTHORISATION)


def test_a_wrong_audience_is_the_environments_fault(command: Command) -> None:
    given = {"SALESFORCE_AUDIENCE": "https://acme.my.salesforce.com"}

    finding = by_name(command.json("check", status=1, **given))["Salesforce token"]

    assert ends_with_step(finding, Salesforce.ENVIRONMENT)


def test_an_object_that_is_not_selected_has_no_channel(
    command: Command, salesforce: httpx.Client
) -> None:
    salesforce.patch("settings", json={"cdc_entities": ["Account"]}).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert findings[f"Event channel {ACCOUNTS}"]["ok"]
    assert "Select the object" in findings[f"Event channel {OPPORTUNITIES}"]["advice"]
    assert ends_with_step(
        findings[f"Event channel {OPPORTUNITIES}"], Salesforce.CHANGE_DATA_CAPTURE
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("PERMISSION_DENIED", ""),
        ("PERMISSION_DENIED", "sfdc.platform.eventbus.grpc.topic.meta.permission"),
        ("INVALID_ARGUMENT", "sfdc.platform.eventbus.grpc.subscription.topic.cannot.subscribe"),
    ],
)
def test_a_channel_that_may_not_be_heard_is_a_matter_of_permission(
    command: Command, salesforce: httpx.Client, status: str, code: str
) -> None:
    fault = {"call": "pubsub.get_topic", "contains": ACCOUNTS, "status": status, "times": None}
    salesforce.post("faults", json=fault | ({"code": code} if code else {})).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert "View All Records" in findings[f"Event channel {ACCOUNTS}"]["advice"]
    assert ends_with_step(findings[f"Event channel {ACCOUNTS}"], Salesforce.PERMISSION_SET)
    assert findings[f"Event channel {OPPORTUNITIES}"]["ok"]


def test_a_channel_of_several_objects_is_said_to_keep_silent(command: Command) -> None:
    findings = by_name(command.json("check", SALESFORCE_CHANNELS="/data/ChangeEvents"))

    found = findings["Event channel /data/ChangeEvents"]["found"]
    assert "silent about objects without View All Records" in found


def test_fields_that_are_missing_are_a_matter_of_permission_or_of_the_flow_file(
    command: Command, salesforce: httpx.Client
) -> None:
    path = command.directory / "flow.toml"
    path.write_text('[subsidiaries]\nfield = "Region__c"')
    salesforce.patch("settings", json={"multi_currency": False}).raise_for_status()

    finding = by_name(command.json("check", status=1))["Salesforce Account"]

    assert finding["found"] == "fields missing: CurrencyIsoCode, Region__c"
    assert "[currencies] enabled = false" in finding["advice"]
    assert ends_with_step(finding, Salesforce.PERMISSION_SET)


def test_an_object_that_is_hidden_is_a_matter_of_permission(
    command: Command, salesforce: httpx.Client
) -> None:
    fault = {
        "call": "sobject.describe",
        "contains": "Opportunity",
        "status": 404,
        "code": "NOT_FOUND",
        "message": "The requested resource does not exist",
        "times": None,
    }
    salesforce.post("faults", json=fault).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert ends_with_step(findings["Salesforce Opportunity"], Salesforce.PERMISSION_SET)
    assert findings["Salesforce Account"]["ok"]


def test_the_customer_field_must_exist(command: Command) -> None:
    given = {"SALESFORCE_CUSTOMER_FIELD": "Elsewhere__c"}

    findings = by_name(command.json("check", status=1, **given))

    assert findings[CUSTOMER_FIELD]["found"] == "Elsewhere__c is missing or hidden"
    assert ends_with_step(findings[CUSTOMER_FIELD], Salesforce.CUSTOMER_FIELD)
    assert findings["Salesforce Account"]["ok"]


def test_the_customer_field_must_be_open_to_edits(
    command: Command, salesforce: httpx.Client
) -> None:
    fields = [{"name": "NetSuite_Id__c", "updateable": False}]
    salesforce.post("faults", json=description("Account", fields)).raise_for_status()
    given = {"SALESFORCE_CUSTOMER_FIELD": "NetSuite_Id__c"}

    findings = by_name(command.json("check", status=1, **given))

    assert findings[CUSTOMER_FIELD]["found"] == "NetSuite_Id__c may not be edited"
    assert ends_with_step(findings[CUSTOMER_FIELD], Salesforce.CUSTOMER_FIELD)


@pytest.mark.parametrize(
    ("told", "ok", "found"),
    [
        ("api-usage=18/15000", True, "18 of 15,000 in 24 hours"),
        ("api-usage=7501/15000; per-app-api-usage=1/250(appName=x)", True, "above 50%"),
        ("api-usage=15000/15000", False, "15,000 of 15,000 in 24 hours"),
    ],
)
def test_the_calls_of_the_day_are_told(
    command: Command, salesforce: httpx.Client, told: str, ok: bool, found: str
) -> None:
    fields = [{"name": "AccountId"}, {"name": "IsWon"}]
    fault = description("Opportunity", fields) | {"headers": {"Sforce-Limit-Info": told}}
    salesforce.post("faults", json=fault).raise_for_status()

    finding = by_name(command.json("check", status=0 if ok else 1))["Salesforce API calls"]

    assert found in finding["found"]
    assert ok or ends_with_step(finding, Salesforce.ALLOCATIONS)


def test_an_exhausted_daily_limit_is_a_matter_of_allocation(
    command: Command, salesforce: httpx.Client
) -> None:
    salesforce.patch("settings", json={"daily_limit": 0}).raise_for_status()

    finding = by_name(command.json("check", status=1))["Salesforce Account"]

    assert finding["advice"].startswith("Try again later.")
    assert ends_with_step(finding, Salesforce.ALLOCATIONS)
