"""Token-Based Authentication, the legacy way in: each request is signed (OAuth 1.0a, RFC 5849,
HMAC-SHA256). Nothing is fetched, and nothing expires until NetSuite ends it.
"""

from collections.abc import Generator
from dataclasses import dataclass

import httpx
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client
from pydantic import SecretStr

from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from app.netsuite.auth import Login
from app.netsuite.errors import error_of
from app.transport import send, telling

_SUITEQL = "/services/rest/query/v1/suiteql"
_NOBODY = "SELECT id FROM customer WHERE id = 0"


@dataclass(frozen=True, slots=True)
class TokenCredentials:
    """What the integration record and the access token show once, when they are made."""

    base_url: str
    account_id: str
    consumer_key: str
    consumer_secret: SecretStr
    token_id: str
    token_secret: SecretStr

    @property
    def realm(self) -> str:
        """The account as signatures name it, `1234567_SB1`; in addresses it is `1234567-sb1`."""
        return self.account_id.upper().replace("-", "_")


class TokenBasedAuth(Login):
    """Signs each request, with a nonce of its own each time that it is sent, and NetSuite's time
    as soon as that is known: a signature may be 300 seconds old or early.
    """

    def __init__(self, credentials: TokenCredentials, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._client.auth = self
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        ahead = self._clock.ahead
        self._sign(request)
        response = yield request
        self._clock.heed(response)
        if response.status_code == 401 and self._clock.was_wrong(ahead):
            self._sign(request)
            yield request

    def log_in(self) -> None:
        """There is no login: asks for a Customer that nobody has. A refusal of anything else but
        the signature has let us in. This takes none of the governor's slots, which need Redis:
        it is one small query, sent by `check`, or while a pause stops all others.
        """
        request = self._client.build_request(
            "POST",
            f"{self._credentials.base_url}{_SUITEQL}",
            params={"limit": 1},
            headers={"Prefer": "transient"},
            json={"q": _NOBODY},
        )
        with telling(request):
            response = send(self._client, "NetSuite", request)
            if response.status_code < 400:
                return
            error = error_of(response)
            if isinstance(error, ServiceUnavailable | RateLimited | AuthenticationFailed):
                raise error

    def _sign(self, request: httpx.Request) -> None:
        """The address as it goes over the wire, encoded once and not once more. A JSON body is no
        part of what is signed.
        """
        who = self._credentials
        signer = Client(
            who.consumer_key,
            client_secret=who.consumer_secret.get_secret_value(),
            resource_owner_key=who.token_id,
            resource_owner_secret=who.token_secret.get_secret_value(),
            signature_method=SIGNATURE_HMAC_SHA256,
            realm=who.realm,
            timestamp=str(int(self._clock.now())),
        )
        _, headers, _ = signer.sign(str(request.url), request.method, headers={})
        request.headers["Authorization"] = headers["Authorization"]
