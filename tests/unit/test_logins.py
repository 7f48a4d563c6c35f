"""Logging in to both services: for whom the JWT is meant, and where tokens never go."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import jwt
import pytest
from pydantic import SecretStr
from redis import Redis

from app.errors import AuthenticationFailed, NoAnswer, ServiceUnavailable
from app.netsuite.auth import Credentials as NetSuiteCredentials
from app.netsuite.auth import NetSuiteAuth, token_of
from app.salesforce.auth import Credentials as SalesforceCredentials
from app.salesforce.auth import SalesforceAuth, audience_of
from app.transport import open_client
from tests.answering import Form, answering
from tests.eventually import eventually
from tests.keys import pem
from tests.threads import waiting

LIVES: list[object] = [None, True, "soon", [], -1, 0, float("nan"), float("inf"), 10**400]
ORG = "00Dxx0000001gPLEAY"


def login(instance: str) -> str:
    return json.dumps(
        {
            "access_token": "a-token",
            "instance_url": instance,
            "id": f"https://login.salesforce.com/id/{ORG}/005xx000001SwiUAAS",
        }
    )


def salesforce_at(url: str, key: Path | None = None, audience: str = "") -> SalesforceCredentials:
    secret = SecretStr("secret")
    return SalesforceCredentials(url, "consumer", "sync@acme.example", key, secret, audience)


def netsuite_at(url: str, key: Path) -> NetSuiteCredentials:
    return NetSuiteCredentials(url, "client", "certificate", key)


@pytest.mark.parametrize(
    ("url", "audience"),
    [
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"),
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("https://sandbox.my.salesforce.com.example", "https://login.salesforce.com"),
        ("http://127.0.0.1:8181", "http://127.0.0.1:8181"),
    ],
)
def test_the_login_url_tells_for_whom_the_jwt_is(url: str, audience: str) -> None:
    assert audience_of(url) == audience


def test_a_given_audience_is_the_jwts(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(pem("rsa2048"))
    forms: list[Form] = []

    def answer(path: str, form: Form) -> tuple[int, str]:
        forms.append(form)
        return 200, login("https://acme.my.salesforce.com")

    with answering(answer) as url, open_client(5.0, 1, None) as tokens:
        who = salesforce_at(url, key, "https://acme.my.site.com/customers")
        session = SalesforceAuth(who, tokens).session()

    claims = jwt.decode(forms[0]["assertion"][0], options={"verify_signature": False})
    assert claims["aud"] == "https://acme.my.site.com/customers"
    assert session.organization == ORG


@pytest.mark.parametrize("instance", ["http://evil.example", "http://acme.my.salesforce.com"])
def test_no_token_goes_to_another_host_in_plain_text(instance: str) -> None:
    with (
        answering(lambda path, form: (200, login(instance))) as url,
        open_client(5.0, 1, None) as tokens,
    ):
        auth = SalesforceAuth(salesforce_at(url), tokens)

        with pytest.raises(AuthenticationFailed, match="without TLS"):
            auth.session()


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
def test_a_hung_token_endpoint_is_asked_once_for_all_who_wait(
    tmp_path: Path, redis: Redis, service: str
) -> None:
    key, hung, asked = tmp_path / "key.pem", Event(), []
    key.write_bytes(pem("secp256r1"))

    def answer(path: str, form: Form) -> tuple[int, str]:
        asked.append(path)
        assert hung.wait(30)
        return 503, ""

    with answering(answer) as url, open_client(60.0, 2, None) as tokens:
        auths: dict[str, Callable[[], object]] = {
            "salesforce": SalesforceAuth(salesforce_at(url), tokens).session,
            "netsuite": NetSuiteAuth(netsuite_at(url, key), 60.0, redis).token,
        }
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(auths[service]) for _ in range(8)]
            try:
                eventually(lambda: asked and waiting() == 7, "seven wait for the eighth")
            finally:
                hung.set()

    assert {type(call.exception()) for call in calls} == {ServiceUnavailable}
    assert len(asked) == 1


@pytest.mark.parametrize("service", ["salesforce", "netsuite"])
def test_a_vanished_key_file_pauses_the_service_before_anything_is_sent(
    tmp_path: Path, redis: Redis, service: str
) -> None:
    key = tmp_path / "gone.pem"
    asked: list[str] = []

    def answer(path: str, form: Form) -> tuple[int, str]:
        asked.append(path)
        return 500, ""

    with answering(answer) as url, open_client(5.0, 1, None) as tokens:
        salesforce = SalesforceAuth(salesforce_at(url, key), tokens)
        netsuite = NetSuiteAuth(netsuite_at(url, key), 5.0, redis)

        with pytest.raises(AuthenticationFailed) as refused:
            salesforce.session() if service == "salesforce" else netsuite.token()

    assert refused.value.service == service
    assert asked == []


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], "token", {}, {"access_token": None, "expires_in": 3600}),
        *({"access_token": "a-token", "expires_in": life} for life in LIVES),
        *({"access_token": token, "expires_in": 3600} for token in ("", "a b", "a\n", "ü", 7)),
    ],
)
def test_a_netsuite_token_that_is_none_is_the_services_failure(body: object) -> None:
    with pytest.raises(ServiceUnavailable) as refused:
        token_of(body)

    assert refused.value.service == "netsuite"


@pytest.mark.parametrize("life", [3600, 3600.0, "3600"])
def test_a_netsuite_tokens_life_may_be_number_or_text(life: object) -> None:
    token = token_of({"access_token": "a-token", "expires_in": life})

    assert token.text == "a-token"
    assert not token.is_old()


def test_a_login_without_an_answer_leaves_no_write_in_doubt(tmp_path: Path, redis: Redis) -> None:
    def hang_up(path: str, form: Form) -> tuple[int, str]:
        raise BrokenPipeError

    key = tmp_path / "key.pem"
    key.write_bytes(pem("secp256r1"))
    with answering(hang_up) as url, open_client(5.0, 1, None) as tokens:
        salesforce = SalesforceAuth(salesforce_at(url), tokens)
        netsuite = NetSuiteAuth(netsuite_at(url, key), 5.0, redis)

        errors = []
        for fetch in (salesforce.session, netsuite.token):
            with pytest.raises(ServiceUnavailable) as failed:
                fetch()
            errors.append(failed.value)

    assert not any(isinstance(error, NoAnswer) for error in errors)
    assert [error.service for error in errors] == ["salesforce", "netsuite"]
