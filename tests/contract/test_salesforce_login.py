"""Who may call: tokens, and what happens without a good one."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.contract.salesforce_org import DATA, JWT_BEARER, SalesforceOrg, refusal
from tests.contract.salesforce_simulator import SalesforceSimulator
from tests.tls import trust


def test_a_jwt_bearer_assertion_opens_a_session_that_names_org_and_user(org: SalesforceOrg) -> None:
    assertion = org.assertion()

    answer = org.ask_token(grant_type=JWT_BEARER, assertion=assertion)

    session = answer.json()
    assert session["token_type"] == "Bearer"
    assert f"/id/{org.id}/005" in session["id"]
    assert session["instance_url"] == org.session["instance_url"]
    assert "expires_in" not in session


def test_the_production_login_host_is_an_audience_too(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    assertion = org.assertion(aud="https://login.salesforce.com")

    answer = org.ask_token(grant_type=JWT_BEARER, assertion=assertion)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("claim", "value", "error"),
    [
        ("exp", 1_600_000_000, "invalid_grant"),
        ("aud", "https://example.com", "invalid_grant"),
        ("sub", "nobody@closedwon.invalid", "invalid_grant"),
        ("iss", "3MVG9nobody", "invalid_client_id"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    org: SalesforceOrg, simulator: SalesforceSimulator, claim: str, value: Any, error: str
) -> None:
    assertion = org.assertion(**{claim: value})

    answer = org.ask_token(grant_type=JWT_BEARER, assertion=assertion)

    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


def test_an_assertion_lives_at_most_five_minutes(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    assertion = org.assertion(exp=int(time.time()) + 900)

    answer = org.ask_token(grant_type=JWT_BEARER, assertion=assertion)

    assert answer.json()["error"] == "invalid_grant"


def test_an_assertion_signed_by_another_key_is_refused(org: SalesforceOrg) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    answer = org.ask_token(grant_type=JWT_BEARER, assertion=org.assertion(key=pem))

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_client_credentials_open_a_session(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    directory = Path(org.environ["SALESFORCE_PRIVATE_KEY_FILE"]).parent
    client = {"client_id": org.environ["SALESFORCE_CLIENT_ID"], "grant_type": "client_credentials"}

    right = org.ask_token(**client, client_secret=(directory / "salesforce.secret").read_text())
    wrong = org.ask_token(**client, client_secret="guess")

    assert right.json()["instance_url"] == org.login_url
    assert wrong.status_code == 400
    assert wrong.json()["error"] == "invalid_client"


def test_another_grant_is_not_supported(org: SalesforceOrg) -> None:
    answer = org.ask_token(grant_type="token_please")

    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"


def test_an_unknown_token_is_an_invalid_session(org: SalesforceOrg) -> None:
    headers = {"Authorization": "Bearer 00D000000000000!guess"}

    answer = org.http.get(f"{DATA}/limits", headers=headers)

    assert refusal(answer) == (401, "INVALID_SESSION_ID")


def test_a_call_without_a_token_is_told_so(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    answer = httpx.get(f"{org.session['instance_url']}{DATA}/limits", verify=trust())

    assert refusal(answer) == (401, "INVALID_AUTH_HEADER")


def test_a_session_ends_after_its_time(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    simulator.settings(session_seconds=0)

    answer = org.query("SELECT Id FROM Account")

    assert refusal(answer) == (401, "INVALID_SESSION_ID")


def test_all_sessions_can_be_ended_at_once(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    assert org.query("SELECT COUNT() FROM Account").status_code == 200

    simulator.post("sessions/expire")

    assert refusal(org.query("SELECT COUNT() FROM Account")) == (401, "INVALID_SESSION_ID")


def test_the_log_holds_no_token_and_no_assertion(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    assertion = org.assertion()
    org.ask_token(grant_type=JWT_BEARER, assertion=assertion)

    log = simulator.http.get("requests").text

    assert '"call":"token"' in log
    assert assertion not in log
    assert org.session["access_token"] not in log
