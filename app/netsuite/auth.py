"""OAuth 2.0 client credentials with NetSuite: a signed assertion for a token of an hour."""

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.answers import an_object, decoded, life_seconds, token_text
from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from app.netsuite.errors import error_of
from app.private_key import Algorithms, sign
from app.renewable import Renewable
from app.transport import send

ALGORITHMS = Algorithms(
    rsa="PS256",
    least_bits=3072,
    curves={"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"},
)
"""NetSuite takes PS and ES algorithms only."""
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The integration's client id, and the certificate whose private key we hold."""

    base_url: str
    client_id: str
    certificate_id: str
    private_key_file: Path


@dataclass(frozen=True, slots=True)
class Token:
    text: str = field(repr=False)
    renew_at: float
    """Monotonic seconds: at 90 % of its life."""

    def is_old(self) -> bool:
        return time.monotonic() >= self.renew_at


def token_of(body: object) -> Token:
    """The token in the endpoint's answer.

    Raises:
        ServiceUnavailable: a part is missing or malformed.
    """
    found = an_object(body, "NetSuite", "a login")
    life = life_seconds(found, "expires_in", "NetSuite")
    return Token(token_text(found, "access_token", "NetSuite"), time.monotonic() + 0.9 * life)


class NetSuiteAuth(httpx.Auth):
    """Puts the token on each request; a refused one is renewed once."""

    requires_response_body = True

    def __init__(self, credentials: Credentials, client: httpx.Client) -> None:
        """`client` is for the token endpoint alone and carries no auth."""
        self._credentials, self._client = credentials, client
        self._token = Renewable(self._fetch, Token.is_old)

    def token(self, refused: Token | None = None) -> Token:
        """The current token, renewed when it is old or was `refused`.

        Raises:
            AuthenticationFailed: NetSuite refuses the credentials.
            ServiceUnavailable: the token endpoint does not answer.
        """
        return self._token.get(refused)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token.text}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self.token(token).text}"
            yield request

    def _fetch(self) -> Token:
        url = f"{self._credentials.base_url}/services/rest/auth/oauth2/v1/token"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(url),
        }
        request = self._client.build_request("POST", url, data=form)
        response = send(self._client, "NetSuite", request)
        if response.status_code != 200:
            error = error_of(response)
            if isinstance(error, ServiceUnavailable | RateLimited):
                raise error
            raise AuthenticationFailed(
                "NetSuite refuses the credentials: check NETSUITE_CLIENT_ID, the certificate's "
                "mapping (a sandbox refresh clears it) and that it has not expired.",
                service="netsuite",
                service_words=error.service_words,
            )
        return token_of(decoded(response))

    def _assertion(self, url: str) -> str:
        """Its times are back-dated a little, for clocks that differ."""
        who, now = self._credentials, int(time.time())
        claims: dict[str, object] = {
            "iss": who.client_id,
            "aud": url,
            "scope": ["rest_webservices"],
            "iat": now - 10,
            "exp": now + 290,
        }
        return sign(
            who.private_key_file, ALGORITHMS, claims, service="netsuite", key_id=who.certificate_id
        )
