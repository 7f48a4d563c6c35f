"""OAuth 2.0 client credentials with NetSuite: a signed assertion for a token of an hour."""

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from app.netsuite.errors import error_of
from app.transport import send

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


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


class NetSuiteAuth(httpx.Auth):
    """Puts the token on each request; a refused one is renewed once."""

    requires_response_body = True

    def __init__(self, credentials: Credentials, client: httpx.Client) -> None:
        """`client` is for the token endpoint alone and carries no auth."""
        self._credentials, self._client = credentials, client
        self._token: Token | None = None
        self._lock = threading.Lock()

    def token(self, refused: Token | None = None) -> Token:
        """The current token, renewed when it is old or was `refused`.

        Raises:
            AuthenticationFailed: NetSuite refuses the credentials.
            ServiceUnavailable: the token endpoint does not answer.
        """
        with self._lock:
            token = self._token
            if token is None or token is refused or time.monotonic() >= token.renew_at:
                self._token = None
                self._token = token = self._fetch()
            return token

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
        response = send(
            self._client, "NetSuite", self._client.build_request("POST", url, data=form)
        )
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
        try:
            answer = response.json()
            life = float(answer["expires_in"])
            return Token(str(answer["access_token"]), time.monotonic() + 0.9 * life)
        except (ValueError, KeyError, TypeError):
            raise ServiceUnavailable(
                "NetSuite's token endpoint answered without a token.", service="netsuite"
            ) from None

    def _assertion(self, url: str) -> str:
        """NetSuite takes PS and ES algorithms only; times are back-dated a little for skew."""
        pem = self._credentials.private_key_file.read_bytes()
        key = load_pem_private_key(pem, password=None)
        curve = key.curve.name if isinstance(key, EllipticCurvePrivateKey) else ""
        now = int(time.time())
        claims = {
            "iss": self._credentials.client_id,
            "aud": url,
            "scope": ["rest_webservices"],
            "iat": now - 10,
            "exp": now + 290,
        }
        kid = {"kid": self._credentials.certificate_id}
        return jwt.encode(claims, pem.decode(), _CURVES.get(curve, "PS256"), kid)
