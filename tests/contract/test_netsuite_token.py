"""The contract of NetSuite's logins."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.contract.netsuite_account import CUSTOMER, NetSuiteAccount, error, open_account


@pytest.fixture
def netsuite(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request)


@pytest.fixture
def simulated(request: pytest.FixtureRequest) -> Iterator[NetSuiteAccount]:
    yield from open_account(request, simulated=True)


def test_a_signed_assertion_earns_a_bearer_token(netsuite: NetSuiteAccount) -> None:
    assertion = netsuite.assertion()

    answer = netsuite.ask_token(assertion)

    assert answer.status_code == 200
    assert answer.json()["token_type"].lower() == "bearer"
    assert int(answer.json()["expires_in"]) == 3600
    assert "refresh_token" not in answer.json()


def test_the_scope_may_be_a_comma_separated_string(simulated: NetSuiteAccount) -> None:
    assertion = simulated.assertion(scope="restlets,rest_webservices")

    answer = simulated.ask_token(assertion)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "somebody-else"}, "invalid_client"),
        ({"aud": "https://example.com/token"}, "invalid_client"),
        ({"scope": ["restlets"]}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"exp": None}, "invalid_client"),
        ({"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3700}, "invalid_grant"),
        ({"iat": int(time.time()), "exp": int(time.time()) + 3700}, "invalid_grant"),
    ],
)
def test_a_wrong_claim_is_refused(
    simulated: NetSuiteAccount, changes: dict[str, Any], expected: str
) -> None:
    assertion = simulated.assertion(**changes)

    answer = simulated.ask_token(assertion)

    assert answer.status_code == 400
    assert answer.json()["error"] == expected


def test_a_signature_by_another_key_is_refused(netsuite: NetSuiteAccount) -> None:
    assertion = netsuite.assertion(key=ec.generate_private_key(ec.SECP256R1()))

    answer = netsuite.ask_token(assertion)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_only_pss_and_elliptic_signatures_of_the_registered_key_count(
    simulated: NetSuiteAccount, algorithm: str
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    answer = simulated.ask_token(simulated.assertion(algorithm=algorithm, key=key))

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


def test_an_unknown_certificate_is_refused(netsuite: NetSuiteAccount) -> None:
    assertion = netsuite.assertion(header={"kid": "no-such-certificate"})

    answer = netsuite.ask_token(assertion)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": "no.jwt"}, "invalid_client"),
    ],
)
def test_a_wrong_form_is_refused(
    simulated: NetSuiteAccount, form: dict[str, str], expected: str
) -> None:
    assertion = simulated.assertion()

    answer = simulated.ask_token(**{"assertion": assertion, **form})

    assert answer.status_code == 400
    assert answer.json()["error"] == expected


def test_a_call_without_a_valid_token_is_an_invalid_login(netsuite: NetSuiteAccount) -> None:
    netsuite.http.headers["Authorization"] = "Bearer nonsense"

    answer = netsuite.http.get(f"{CUSTOMER}/1")

    assert error(answer)[:2] == (401, "INVALID_LOGIN")


def test_expired_sessions_need_a_new_token(simulated: NetSuiteAccount) -> None:
    ended = simulated.admin("POST", "sessions/expire")

    refused = simulated.http.get(CUSTOMER)
    simulated.log_in()
    accepted = simulated.http.get(CUSTOMER)

    assert ended == {"expired": 1}
    assert error(refused)[:2] == (401, "INVALID_LOGIN")
    assert accepted.status_code == 200


def test_a_blocked_integration_gets_no_token_and_loses_its_own(simulated: NetSuiteAccount) -> None:
    simulated.settings(refuse_credentials=True)

    call, token = simulated.http.get(CUSTOMER), simulated.ask_token(simulated.assertion())

    assert error(call)[:2] == (401, "INVALID_LOGIN")
    assert (token.status_code, token.json()["error"]) == (400, "invalid_client")


def test_the_life_of_a_token_is_a_setting(simulated: NetSuiteAccount) -> None:
    simulated.settings(token_seconds=7)

    answer = simulated.ask_token(simulated.assertion())

    assert answer.json()["expires_in"] == 7
