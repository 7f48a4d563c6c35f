"""OAuth 2.0 with Salesforce: JWT bearer, or client credentials. No call site knows of tokens.

Neither flow has a refresh token, and answers name no lifetime: a session is used until Salesforce
refuses it, then there is one new login, for all threads together. A second refusal is final, so
that a wrong scope, which looks like an expired session, cannot lock the user out.
"""

import logging
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from app.answers import an_object, decoded, token_text
from app.clock import Clock
from app.errors import AuthenticationFailed, ServiceUnavailable
from app.loopback import is_loopback, is_private
from app.private_key import Algorithms, sign
from app.renewable import Renewable
from app.response_body import words_of
from app.salesforce.answers import SERVICE, instance_of, organization_of
from app.salesforce.errors import error_of
from app.transport import send, telling

log = logging.getLogger(__name__)

ALGORITHMS = Algorithms(rsa="RS256", least_bits=2048)
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PRODUCTION, _SANDBOX = "https://login.salesforce.com", "https://test.salesforce.com"
"""What the JWT's audience must be, whatever host it is sent to (facts: REST, authentication)."""
_JUST_SECONDS = 10.0
"""A session that is refused so soon after it took the place of another is not merely expired."""


@dataclass(frozen=True, slots=True)
class Session:
    """A login: the token, where this org answers, and which org it is (18 characters)."""

    token: str = field(repr=False)
    instance_url: str
    organization: str
    granted_at: float = field(default_factory=time.monotonic, compare=False)
    """By time.monotonic."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are. With a private key: JWT bearer. Else: client credentials."""

    login_url: str
    client_id: str
    username: str = ""
    private_key_file: Path | None = None
    client_secret: SecretStr | None = None
    audience: str = ""
    """Of the JWT; empty: as the login URL has it."""


def audience_of(login_url: str) -> str:
    """For whom a JWT must be meant that is sent to this login URL."""
    host = urlsplit(login_url).hostname or ""
    if is_loopback(host):
        return login_url
    is_sandbox = host == "test.salesforce.com" or host.endswith(".sandbox.my.salesforce.com")
    return _SANDBOX if is_sandbox else _PRODUCTION


def session_of(body: object, *, plain_too: bool) -> Session:
    """The login in a token endpoint's answer. `plain_too`: the org may answer without TLS, on
    loopback.

    Raises:
        ServiceUnavailable: a part is missing or malformed.
        AuthenticationFailed: the token would travel without TLS.
    """
    found = an_object(body, SERVICE, "a login")
    token, instance = token_text(found, "access_token", SERVICE), instance_of(found)
    if not is_private(instance) or (instance.startswith("http:") and not plain_too):
        raise AuthenticationFailed(
            "Salesforce names an instance address without TLS.", service="salesforce"
        )
    return Session(token, instance, organization_of(found))


class SalesforceAuth(httpx.Auth):
    """Puts the session's token on each request and logs in again once when it is refused."""

    requires_response_body = True

    def __init__(self, credentials: Credentials, client: httpx.Client) -> None:
        """`client` is for the token endpoint alone and carries no auth."""
        self.clock = Clock()
        """Salesforce's, by which assertions end."""
        self._credentials, self._client = credentials, client
        self._session = Renewable(self._log_in)
        self._replacement: Session | None = None

    @property
    def has_session(self) -> bool:
        """Whether a login has succeeded, and none is due."""
        return self._session.known() is not None

    def session(self, refused: Session | None = None) -> Session:
        """The current session; a new one if there is none, or the current one was `refused`.

        Raises:
            AuthenticationFailed: Salesforce refuses the credentials.
            ServiceUnavailable: the token endpoint does not answer.
        """
        return self._session.get(refused)

    def renewed(self, refused: Session) -> tuple[Session, bool]:
        """→ the session after the one `refused`, and whether it was granted just now. One that
        another call has fetched long ago may have expired, too: its refusal is not final.

        Raises:
            As `session`.
        """
        began = time.monotonic()
        session = self.session(refused)
        is_new = session.granted_at >= began
        if is_new:
            self._replacement = session
        return session, is_new

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        session = self.session()
        is_new = self._has_just_replaced(session)
        while True:
            request.headers["Authorization"] = f"Bearer {session.token}"
            response = yield request
            if is_new or response.status_code != 401 or "scope" in words_of(response):
                return
            session, is_new = self.renewed(session)

    def _has_just_replaced(self, session: Session) -> bool:
        """One that was refused, by another call: each of many would log in else, for nothing."""
        age = time.monotonic() - session.granted_at
        return session is self._replacement and age < _JUST_SECONDS

    def _log_in(self) -> Session:
        ahead = self.clock.ahead
        try:
            return self._ask_for_session()
        except AuthenticationFailed:
            if not self.clock.was_wrong(ahead):
                raise
            log.warning("This host's clock is not Salesforce's: logging in by Salesforce's.")
            return self._ask_for_session()

    def _ask_for_session(self) -> Session:
        url = f"{self._credentials.login_url}/services/oauth2/token"
        request = self._client.build_request("POST", url, data=self._grant())
        with telling(request):
            response = send(self._client, SERVICE, request)
            self.clock.heed(response)
            if response.status_code >= 500:
                raise ServiceUnavailable(
                    "Salesforce's token endpoint is not available.", service="salesforce"
                )
            if response.status_code != 200:
                raise AuthenticationFailed(
                    "Salesforce refuses the credentials: check SALESFORCE_CLIENT_ID, the user, its "
                    "pre-authorisation for the app, and the certificate or secret.",
                    service="salesforce",
                    service_words=error_of(response).service_words,
                )
        plain_too = self._credentials.login_url.startswith("http:")
        return session_of(decoded(response), plain_too=plain_too)

    def _grant(self) -> dict[str, str]:
        who = self._credentials
        if who.private_key_file is None:
            secret = who.client_secret.get_secret_value() if who.client_secret else ""
            return {
                "grant_type": "client_credentials",
                "client_id": who.client_id,
                "client_secret": secret,
            }
        claims: dict[str, object] = {
            "iss": who.client_id,
            "sub": who.username,
            "aud": who.audience or audience_of(who.login_url),
            "exp": int(self.clock.now()) + 180,
        }
        assertion = sign(who.private_key_file, ALGORITHMS, claims, service="salesforce")
        return {"grant_type": _JWT_BEARER, "assertion": assertion}
