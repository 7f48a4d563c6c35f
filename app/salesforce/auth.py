"""OAuth 2.0 with Salesforce: JWT bearer, or client credentials. No call site knows of tokens.

Neither flow has a refresh token, and answers name no lifetime: a session is used until Salesforce
refuses it, then there is one new login, for all threads together. A second refusal is final, so
that a wrong scope, which looks like an expired session, cannot lock the user out.
"""

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import jwt
from pydantic import SecretStr

from app.errors import AuthenticationFailed, ServiceUnavailable
from app.salesforce.errors import error_of
from app.transport import send

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Session:
    """A login: the token, where this org answers, and which org it is (18 characters)."""

    token: str = field(repr=False)
    instance_url: str
    organization: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are. With a private key: JWT bearer. Else: client credentials."""

    login_url: str
    client_id: str
    username: str = ""
    private_key_file: Path | None = None
    client_secret: SecretStr | None = None


class SalesforceAuth(httpx.Auth):
    """Puts the session's token on each request and logs in again once when it is refused."""

    requires_response_body = True

    def __init__(self, credentials: Credentials, client: httpx.Client) -> None:
        """`client` is for the token endpoint alone and carries no auth."""
        self._credentials, self._client = credentials, client
        self._session: Session | None = None
        self._lock = threading.Lock()

    def session(self, refused: Session | None = None) -> Session:
        """The current session; a new one if there is none, or the current one was `refused`.

        Raises:
            AuthenticationFailed: Salesforce refuses the credentials.
            ServiceUnavailable: the token endpoint does not answer.
        """
        with self._lock:
            if self._session is None or self._session is refused:
                self._session = None
                self._session = self._log_in()
            return self._session

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        session = self.session()
        request.headers["Authorization"] = f"Bearer {session.token}"
        response = yield request
        if response.status_code == 401 and "scope" not in response.text:
            request.headers["Authorization"] = f"Bearer {self.session(session).token}"
            yield request

    def _log_in(self) -> Session:
        url = f"{self._credentials.login_url}/services/oauth2/token"
        request = self._client.build_request("POST", url, data=self._grant())
        response = send(self._client, "Salesforce", request)
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
        return self._session_of(response)

    def _session_of(self, response: httpx.Response) -> Session:
        try:
            answer = response.json()
            token, instance, identity = (
                str(answer[key]) for key in ("access_token", "instance_url", "id")
            )
        except (ValueError, KeyError, TypeError):
            raise ServiceUnavailable(
                "Salesforce's token endpoint answered without a token.", service="salesforce"
            ) from None
        if urlsplit(instance).scheme != urlsplit(self._credentials.login_url).scheme:
            raise AuthenticationFailed(
                "Salesforce names an instance address without TLS.", service="salesforce"
            )
        return Session(token, instance.rstrip("/"), identity.rstrip("/").split("/")[-2])

    def _grant(self) -> dict[str, str]:
        who = self._credentials
        if who.private_key_file is None:
            secret = who.client_secret.get_secret_value() if who.client_secret else ""
            return {
                "grant_type": "client_credentials",
                "client_id": who.client_id,
                "client_secret": secret,
            }
        claims = {
            "iss": who.client_id,
            "sub": who.username,
            "aud": who.login_url,
            "exp": int(time.time()) + 180,
        }
        key = who.private_key_file.read_text()
        return {"grant_type": _JWT_BEARER, "assertion": jwt.encode(claims, key, "RS256")}
