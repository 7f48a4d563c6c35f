"""Which step of the NetSuite page is missing, by what the account says."""

import httpx
import pytest

from tests.integration.commands import Command
from tests.integration.findings import by_name, ends_with_step, refusal
from workers.cli.check_steps import NetSuite


def test_a_subsidiary_that_is_not_there_is_found(command: Command) -> None:
    path = command.directory / "flow.toml"
    path.write_text('[subsidiaries]\ndefault = "98"\n[subsidiaries.values]\nEurope = "2"\nX = "99"')

    finding = by_name(command.json("check", status=1))["NetSuite subsidiaries"]

    words = "missing: 98 (subsidiaries.default), 99 (subsidiaries.values.X)"
    assert finding["found"] == words
    assert ends_with_step(finding, NetSuite.SUBSIDIARIES)


def test_a_missing_feature_is_named_with_the_key_to_set(
    command: Command, netsuite: httpx.Client
) -> None:
    netsuite.patch("settings", json={"one_world": False}).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert findings["NetSuite OneWorld"]["found"] == "no"
    assert "[subsidiaries] enabled = false" in findings["NetSuite OneWorld"]["advice"]
    assert "NetSuite subsidiaries" not in findings


def test_a_missing_permission_is_no_missing_feature(
    command: Command, netsuite: httpx.Client
) -> None:
    fault = {
        "call": "suiteql",
        "contains": "FROM subsidiary",
        "status": 400,
        "code": "INSUFFICIENT_PERMISSION",
        "message": "You do not have the permission Subsidiaries.",
        "times": None,
    }
    netsuite.post("faults", json=fault).raise_for_status()

    finding = by_name(command.json("check", status=1))["NetSuite OneWorld"]

    assert finding["found"] == "hidden from the role"
    assert "Give the role the permission Subsidiaries" in finding["advice"]
    assert ends_with_step(finding, NetSuite.ROLE)


@pytest.mark.parametrize(
    ("settings", "step"),
    [
        ({"NETSUITE_CLIENT_ID": "nobody"}, NetSuite.MAPPING),
        ({"NETSUITE_CERTIFICATE_ID": "cleared-by-a-refresh"}, NetSuite.MAPPING),
    ],
)
def test_a_refused_netsuite_login_names_the_step(
    command: Command, settings: dict[str, str], step: NetSuite
) -> None:
    findings = by_name(command.json("check", status=1, **settings))

    assert ends_with_step(findings["NetSuite token"], step)
    assert findings["NetSuite dry look-up"]["found"] == "not tried: it needs the login"


@pytest.mark.parametrize(
    ("error", "step"),
    [
        ("invalid_grant", NetSuite.MAPPING),
        ("invalid_scope", NetSuite.INTEGRATION_RECORD),
        ("unauthorized_client", NetSuite.INTEGRATION_RECORD),
        ("something_new", NetSuite.MAPPING),
    ],
)
def test_netsuites_token_errors_name_the_step(
    command: Command, netsuite: httpx.Client, error: str, step: NetSuite
) -> None:
    netsuite.post("faults", json=refusal("token", error, "No.")).raise_for_status()

    finding = by_name(command.json("check", status=1))["NetSuite token"]

    assert f"It said: 400 {error}: No." in finding["advice"]
    assert ends_with_step(finding, step)


@pytest.mark.parametrize(
    ("status", "code", "message", "step"),
    [
        (401, "INVALID_LOGIN", "Invalid login attempt.", NetSuite.ROLE),
        (403, "INSUFFICIENT_PERMISSION", "Permission Violation.", NetSuite.ROLE),
        (
            400,
            "USER_ERROR",
            "Your current role does not have permission to perform this action.",
            NetSuite.ROLE,
        ),
        (
            400,
            "INVALID_PARAMETER",
            "Invalid search query. Search error occurred: Record 'customer' was not found.",
            NetSuite.ROLE,
        ),
        pytest.param(  # it is tried for a quarter of a minute
            *(429, "CONCURRENCY_LIMIT_EXCEEDED", "Too many.", NetSuite.CONCURRENCY),
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_refused_look_up_names_the_step(
    command: Command, netsuite: httpx.Client, status: int, code: str, message: str, step: NetSuite
) -> None:
    fault = {
        "call": "suiteql",
        "contains": "FROM customer",
        "status": status,
        "code": code,
        "message": message,
        "times": None,
    }
    netsuite.post("faults", json=fault).raise_for_status()

    findings = by_name(command.json("check", status=1))

    assert message.rstrip(".") in findings["NetSuite dry look-up"]["advice"]
    assert ends_with_step(findings["NetSuite dry look-up"], step)
    assert findings["NetSuite OneWorld"]["ok"]


@pytest.mark.parametrize(
    ("switch", "what", "step"),
    [
        ("one_world", "NetSuite OneWorld", NetSuite.SUBSIDIARIES),
        ("multi_currency", "NetSuite Currencies", NetSuite.CURRENCIES),
    ],
)
def test_a_feature_that_is_off_names_the_step(
    command: Command, netsuite: httpx.Client, switch: str, what: str, step: NetSuite
) -> None:
    netsuite.patch("settings", json={switch: False}).raise_for_status()

    finding = by_name(command.json("check", status=1))[what]

    assert finding["found"] == "no"
    assert ends_with_step(finding, step)


@pytest.mark.parametrize(("has_it", "found"), [(True, "yes"), (False, "no")])
def test_further_subsidiaries_need_a_feature_of_their_own(
    command: Command, netsuite: httpx.Client, has_it: bool, found: str
) -> None:
    switches = {"multi_subsidiary_customer": has_it}
    netsuite.patch("settings", json=switches).raise_for_status()
    (command.directory / "flow.toml").write_text('[subsidiaries]\nfurther = ["2"]\n')

    finding = by_name(command.json("check", status=int(not has_it)))["NetSuite Multi-Subsidiary"]

    assert finding["found"] == found
    assert has_it or ends_with_step(finding, NetSuite.SUBSIDIARIES)


@pytest.mark.parametrize(
    ("further", "status", "found"),
    [
        ('["EUR", "USD"]', 0, "found: EUR, USD"),
        ('["EUR", "XTS"]', 1, "missing: XTS (currencies.further)"),
    ],
)
def test_further_currencies_are_those_that_netsuite_has(
    command: Command, further: str, status: int, found: str
) -> None:
    (command.directory / "flow.toml").write_text(f"[currencies]\nfurther = {further}\n")

    finding = by_name(command.json("check", status=status))["NetSuite further currencies"]

    assert finding["found"] == found
    assert finding["ok"] or ends_with_step(finding, NetSuite.CURRENCIES)
    assert finding["ok"] or "NetSuite has" in finding["advice"]
