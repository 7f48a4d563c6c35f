"""How requests get into NetSuite; and OAuth 2.0 client credentials, a signed assertion for a token
of an hour.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
from redis import Redis

from app.answers import an_object, decoded, life_seconds, token_text
from app.clock import Clock
from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from app.netsuite.errors import error_of
from app.netsuite.tokens import SharedToken, Token
from app.private_key import Algorithms, sign
from app.renewable import Renewable
from app.transport import open_client, send, telling

log = logging.getLogger(__name__)

ALGORITHMS = Algorithms(
    rsa="PS256",
    least_bits=3072,
    curves={"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"},
)
"""NetSuite takes PS and ES algorithms only."""
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LOGIN_SECONDS = 15.0


class Login(httpx.Auth, ABC):
    """Puts on each request what lets it in. Threads share it."""

    def __init__(self, timeout_seconds: float) -> None:
        """`timeout_seconds`: for a call to NetSuite; a login is given up earlier."""
        self._client = open_client(min(_LOGIN_SECONDS, timeout_seconds), 2, None)
        self._clock = Clock()
        """NetSuite's, by which it judges what is signed."""

    def prepare(self) -> None:
        """Does beforehand what may take long, so that it is not done while a slot is held.

        Raises:
            AuthenticationFailed: NetSuite refuses the credentials.
            RateLimited, ServiceUnavailable: it does not answer as it should.
            redis.exceptions.RedisError: Redis does not answer.
        """

    @abstractmethod
    def log_in(self) -> None:
        """Tries the credentials, whatever is remembered of earlier logins. Needs no Redis.

        Raises:
            AuthenticationFailed: NetSuite refuses them.
            RateLimited, ServiceUnavailable: it does not answer as it should.
        """

    def close(self) -> None:
        self._client.close()


@dataclass(frozen=True, slots=True)
class Credentials:
    """The integration's client id, and the certificate whose private key we hold."""

    base_url: str
    client_id: str
    certificate_id: str
    private_key_file: Path


def token_of(body: object) -> Token:
    """The token in the endpoint's answer.

    Raises:
        ServiceUnavailable: a part is missing or malformed.
    """
    found = an_object(body, "NetSuite", "a login")
    life_ms = max(1, round(1000 * life_seconds(found, "expires_in", "NetSuite")))
    return Token.granted(token_text(found, "access_token", "NetSuite"), life_ms)


class NetSuiteAuth(Login):
    """Puts the token on each request; a refused one is replaced once, for all processes.

    The token is asked of Redis when the one at hand is old or was refused, and else not.
    """

    requires_response_body = True

    def __init__(self, credentials: Credentials, timeout_seconds: float, redis: Redis) -> None:
        super().__init__(timeout_seconds)
        self._credentials = credentials
        whose = (credentials.base_url, credentials.client_id, credentials.certificate_id)
        self._shared = SharedToken(redis, "\n".join(whose), self._fetch)
        self._token = Renewable(self._shared.get, Token.is_old, Token.lasts, Token.has_text_of)

    def token(self, refused: Token | None = None) -> Token:
        """The current token; another one if that was `refused`.

        Raises:
            As `prepare`.
        """
        held = self._token.get()
        if refused is None or refused.text != held.text:
            return held
        self._shared.discard(held)
        return self._token.get(held)

    def prepare(self) -> None:
        self.token()

    def log_in(self) -> None:
        self._fetch()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token.text}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self.token(token).text}"
            yield request

    def _fetch(self) -> Token:
        ahead = self._clock.ahead
        try:
            return self._ask_for_token()
        except AuthenticationFailed:
            if not self._clock.was_wrong(ahead):
                raise
            log.warning("This host's clock is not NetSuite's: logging in by NetSuite's.")
            return self._ask_for_token()

    def _ask_for_token(self) -> Token:
        url = f"{self._credentials.base_url}/services/rest/auth/oauth2/v1/token"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(url),
        }
        request = self._client.build_request("POST", url, data=form)
        with telling(request):
            response = send(self._client, "NetSuite", request)
            self._clock.heed(response)
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
        who, now = self._credentials, int(self._clock.now())
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
