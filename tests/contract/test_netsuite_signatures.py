"""The contract of NetSuite's legacy login: each request is signed (OAuth 1.0a, HMAC-SHA256)."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, Client

from tests.contract.conftest import variables_in
from tests.contract.netsuite_account import (
    CUSTOMER,
    SUITEQL,
    NetSuiteAccount,
    error,
    open_account,
    unique,
)

NAMES = ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET")


class Signing:
    """Sends signed requests; what is signed may be changed."""

    def __init__(self, account: NetSuiteAccount, variables: Mapping[str, str]) -> None:
        self.account = account
        key, secret, token, token_secret = (variables[f"NETSUITE_{name}"] for name in NAMES)
        self.parts: dict[str, Any] = {
            "client_key": key,
            "client_secret": secret,
            "resource_owner_key": token,
            "resource_owner_secret": token_secret,
            "signature_method": SIGNATURE_HMAC_SHA256,
            "realm": account.environ["NETSUITE_ACCOUNT_ID"].upper().replace("-", "_"),
        }

    def send(
        self, method: str, path: str, *, signed_path: str = "", json: Any = None, **changes: Any
    ) -> httpx.Response:
        request = self.account.http.build_request(method, path, json=json)
        signed = f"{self.account.base}{signed_path}" if signed_path else str(request.url)
        signer = Client(**self.parts | changes)
        _, headers, _ = signer.sign(signed, method, headers={})
        request.headers["Authorization"] = headers["Authorization"]
        request.headers["Prefer"] = "transient"
        return self.account.http.send(request)


@pytest.fixture
def signing(request: pytest.FixtureRequest) -> Iterator[Signing]:
    for account in open_account(request):
        if account.real and not os.environ.get("NETSUITE_CONSUMER_KEY"):
            pytest.skip("needs the variables of Token-Based Authentication")
        yield Signing(account, os.environ if account.real else of_simulator(account))


@pytest.fixture
def simulated(request: pytest.FixtureRequest) -> Iterator[Signing]:
    for account in open_account(request, simulated=True):
        yield Signing(account, of_simulator(account))


def of_simulator(account: NetSuiteAccount) -> dict[str, str]:
    directory = Path(account.environ["NETSUITE_PRIVATE_KEY_FILE"]).parent
    return variables_in(directory / "netsuite-tba.env")


def test_a_signed_request_gets_in(signing: Signing) -> None:
    answer = signing.send("POST", f"{SUITEQL}?limit=1", json={"q": "SELECT id FROM customer"})

    assert answer.status_code == 200, answer.text


def test_a_signed_write_creates(signing: Signing) -> None:
    body = signing.account.company()

    answer = signing.send("PUT", f"{CUSTOMER}/eid:{unique('tba')}", json=body)
    signing.account.http.delete(answer.headers["Location"])

    assert answer.status_code == 204, answer.text


@pytest.mark.parametrize("value", ["a%20b", "a+b", "100%25", "O%27Brien", "%C3%A9", "a%26b%3Dc"])
def test_an_encoded_query_is_signed_as_it_is_sent(signing: Signing, value: str) -> None:
    path = f'{CUSTOMER}?q=companyName%20IS%20"{value}"'.replace('"', "%22")

    answer = signing.send("GET", path)

    assert answer.status_code == 200, answer.text


def test_a_query_encoded_twice_in_what_is_signed_is_refused(signing: Signing) -> None:
    path = f"{CUSTOMER}?q=companyName%20IS%20%22x%22"

    answer = signing.send("GET", path, signed_path=path.replace("%", "%25"))

    assert error(answer)[0] == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "wrong"},
        {"resource_owner_secret": "wrong"},
        {"client_key": "nobody"},
        {"resource_owner_key": "nothing"},
        {"realm": "OTHER_ACCOUNT"},
        {"realm": None},
        {"timestamp": str(int(time.time()) - 3600)},
        {"timestamp": str(int(time.time()) + 3600)},
        {"signature_method": SIGNATURE_HMAC_SHA1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_wrong_signature_is_an_invalid_login(simulated: Signing, changes: dict[str, Any]) -> None:
    answer = simulated.send("GET", CUSTOMER, **changes)

    assert error(answer)[:2] == (401, "INVALID_LOGIN_ATTEMPT")


def test_a_signature_counts_for_its_method_alone(simulated: Signing) -> None:
    signed = simulated.send("GET", CUSTOMER).request.headers["Authorization"]
    simulated.account.http.headers["Authorization"] = signed

    answer = simulated.account.http.delete(f"{CUSTOMER}/1")

    assert error(answer)[:2] == (401, "INVALID_LOGIN_ATTEMPT")


def test_a_nonce_counts_once(simulated: Signing) -> None:
    first = simulated.send("GET", CUSTOMER, nonce=unique("nonce"))
    simulated.account.http.headers["Authorization"] = first.request.headers["Authorization"]

    again = simulated.account.http.get(CUSTOMER)

    assert first.status_code == 200
    assert error(again)[:2] == (401, "INVALID_LOGIN_ATTEMPT")


@pytest.mark.parametrize("header", ["OAuth", "OAuth nonsense", 'OAuth realm="x", oauth_token="y'])
def test_a_malformed_signature_is_an_invalid_login(simulated: Signing, header: str) -> None:
    simulated.account.http.headers["Authorization"] = header

    answer = simulated.account.http.get(CUSTOMER)

    assert error(answer)[0] == 401


@pytest.mark.parametrize("switch", [{"tba_enabled": False}, {"refuse_credentials": True}])
def test_when_it_has_ended_nothing_signed_gets_in(
    simulated: Signing, switch: dict[str, bool]
) -> None:
    simulated.account.settings(**switch)

    answer = simulated.send("GET", CUSTOMER)

    assert error(answer)[:2] == (401, "INVALID_LOGIN_ATTEMPT")
