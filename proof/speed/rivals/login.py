"""The way into both clouds: a JWT, signed once for each login, for a token that threads share."""

import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from threading import Lock

import httpx
import jwt

_SALESFORCE = "/services/oauth2/token"
_NETSUITE = "/services/rest/auth/oauth2/v1/token"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIFE_SECONDS = 120
_TIMEOUT_SECONDS = 30.0

Variables = Mapping[str, str]
"""SALESFORCE_LOGIN_URL, _CLIENT_ID, _USERNAME, _PRIVATE_KEY_FILE; NETSUITE_BASE_URL, _CLIENT_ID,
_CERTIFICATE_ID, _PRIVATE_KEY_FILE (.env.example).
"""


class Bearer(httpx.Auth):
    """Puts the token on each request, and gets another one when it is refused."""

    def __init__(self, log_in: Callable[[], str]) -> None:
        self._log_in, self._lock = log_in, Lock()
        self._token = log_in()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._token
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self._other_than(token)}"
            yield request

    def _other_than(self, refused: str) -> str:
        with self._lock:
            if self._token == refused:
                self._token = self._log_in()
            return self._token


def log_in_to_salesforce(variables: Variables) -> str:
    """JWT bearer, RS256 → the token.

    Raises:
        httpx.HTTPError: it refuses, or does not answer.
    """
    url = variables["SALESFORCE_LOGIN_URL"]
    claims = {
        "iss": variables["SALESFORCE_CLIENT_ID"],
        "sub": variables["SALESFORCE_USERNAME"],
        "aud": url,
        "exp": int(time.time()) + _LIFE_SECONDS,
    }
    signed = jwt.encode(claims, _key(variables["SALESFORCE_PRIVATE_KEY_FILE"]), "RS256")
    return _token(url + _SALESFORCE, {"grant_type": _JWT_BEARER, "assertion": signed})


def log_in_to_netsuite(variables: Variables) -> str:
    """OAuth 2.0 client credentials, ES256 → the token.

    Raises:
        httpx.HTTPError: it refuses, or does not answer.
    """
    url, now = variables["NETSUITE_BASE_URL"] + _NETSUITE, int(time.time())
    claims = {
        "iss": variables["NETSUITE_CLIENT_ID"],
        "aud": url,
        "scope": ["rest_webservices"],
        "iat": now,
        "exp": now + _LIFE_SECONDS,
    }
    key = _key(variables["NETSUITE_PRIVATE_KEY_FILE"])
    named = {"kid": variables["NETSUITE_CERTIFICATE_ID"]}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION,
        "client_assertion": jwt.encode(claims, key, "ES256", named),
    }
    return _token(url, form)


def _key(path: str) -> bytes:
    return Path(path).read_bytes()


def _token(url: str, form: Mapping[str, str]) -> str:
    with httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
        answer = client.post(url, data=form)
        answer.raise_for_status()
        return str(answer.json()["access_token"])
