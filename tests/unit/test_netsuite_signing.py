"""Token-Based Authentication: what we sign, verified by somebody else's reading of RFC 5849."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from app.netsuite.tba import TokenBasedAuth, TokenCredentials
from simulators.credentials import load_or_create
from simulators.netsuite.switches import create_settings
from simulators.netsuite.tba import Signed, TokenBased, base_string

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)
NAMES = st.text(st.sampled_from("abcq+& %'é=~!*()"), min_size=1, max_size=8)


class Pair:
    """A client and the account that it signs for."""

    def __init__(self, directory: Path, account: str = "1234567_SB1") -> None:
        known = replace(load_or_create(directory), netsuite_account_id="1234567_SB1")
        self.base = "https://1234567-sb1.suitetalk.api.netsuite.com"
        self.account = TokenBased(known, create_settings())
        self.auth = TokenBasedAuth(
            TokenCredentials(
                base_url=self.base,
                account_id=account,
                consumer_key=known.netsuite_consumer_key,
                consumer_secret=SecretStr(known.netsuite_consumer_secret),
                token_id=known.netsuite_token_id,
                token_secret=SecretStr(known.netsuite_token_secret),
            ),
            5.0,
        )

    def sign(self, method: str, url: httpx.URL) -> Signed:
        """The request as the account receives it."""
        request = next(self.auth.sync_auth_flow(httpx.Request(method, url, json={"q": "é"})))
        path, _, query = request.url.raw_path.decode().partition("?")
        return Signed(
            method=request.method,
            scheme=request.url.scheme,
            host=request.headers["Host"],
            path=path,
            query=query,
            authorization=request.headers["Authorization"],
        )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    made = Pair(tmp_path_factory.mktemp("credentials"))
    yield made
    made.auth.close()


def test_the_verifier_reads_the_standards_own_example() -> None:
    """RFC 5849, 3.4.1.1; the form's parameters stand in the query here."""
    request = Signed(
        method="post",
        scheme="http",
        host="EXAMPLE.COM:80",
        path="/request",
        query="b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q",
        authorization="",
    )
    oauth = {
        "oauth_consumer_key": "9djdj82h48djs9d2",
        "oauth_token": "kkk9d7dh3k39sjv7",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131201",
        "oauth_nonce": "7d8f3e4a",
    }

    text = base_string(request, oauth)

    assert text == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3"
        "e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkk"
        "k9d7dh3k39sjv7"
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.lists(st.tuples(NAMES, TEXT), max_size=4), key=TEXT)
def test_any_query_and_any_external_id_is_signed_as_it_is_sent(
    pair: Pair, query: list[tuple[str, str]], key: str
) -> None:
    path = f"/services/rest/record/v1/customer/eid:{quote(key, safe='')}"

    signed = pair.sign("PUT", httpx.URL(f"{pair.base}{path}", params=query))

    assert pair.account.accepts(signed)


@pytest.mark.parametrize("value", ["a b", "a+b", "a&b=c", "100%", "O'Brien", "é", "%20", "a%2520b"])
def test_a_search_is_encoded_once_in_what_is_signed(pair: Pair, value: str) -> None:
    url = httpx.URL(f"{pair.base}/services/rest/record/v1/customer", params={"q": value})

    signed = pair.sign("GET", url)

    assert pair.account.accepts(signed)


def test_the_realm_is_the_account_with_an_underscore_and_the_host_has_a_hyphen(
    tmp_path: Path,
) -> None:
    pair = Pair(tmp_path, account="1234567-sb1")

    signed = pair.sign("GET", httpx.URL(f"{pair.base}/services/rest/record/v1/customer/1"))

    pair.auth.close()
    assert 'realm="1234567_SB1"' in signed.authorization
    assert signed.host == "1234567-sb1.suitetalk.api.netsuite.com"
    assert pair.account.accepts(signed)


def test_a_body_of_json_stays_as_it_is_and_is_not_signed(pair: Pair) -> None:
    request = httpx.Request("PATCH", f"{pair.base}/x", json={"companyName": "Ünïcode & Co"})
    before = request.content

    sent = next(pair.auth.sync_auth_flow(request))

    assert sent.content == before
    assert sent.headers["Content-Type"] == "application/json"
    assert "oauth_body_hash" not in sent.headers["Authorization"]


def test_a_request_that_is_sent_again_is_signed_anew(pair: Pair) -> None:
    request = httpx.Request("GET", f"{pair.base}/services/rest/record/v1/customer/1")

    headers = [next(pair.auth.sync_auth_flow(request)).headers["Authorization"] for _ in range(2)]

    nonces = {re.findall(r'oauth_nonce="(\w+)"', header)[0] for header in headers}
    assert len(nonces) == 2


def test_the_secrets_are_in_no_text_of_the_credentials() -> None:
    credentials = TokenCredentials(
        "https://x", "1", "consumer", SecretStr("hush-1"), "token", SecretStr("hush-2")
    )

    assert "hush" not in repr(credentials)
