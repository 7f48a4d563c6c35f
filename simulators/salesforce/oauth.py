"""``POST /services/oauth2/token``: JWT bearer and client credentials."""

import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.credentials import Credentials
from simulators.salesforce.org import Org

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_LONGEST_SECONDS = 300
_LEEWAY_SECONDS = 5


class OAuthError(Exception):
    """A refusal, in the words of RFC 6749 as Salesforce uses them."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}")


class TokenEndpoint:
    """Verifies who asks and opens a session."""

    def __init__(self, org: Org, credentials: Credentials) -> None:
        self._org = org
        self._credentials = credentials

    async def issue(self, request: Request) -> Response:
        """The token, or 400 with ``error`` and ``error_description``."""
        base_url = str(request.base_url).rstrip("/")
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            self._verify(form, base_url)
        except OAuthError as error:
            body = {"error": error.error, "error_description": error.description}
            return JSONResponse(body, status_code=400, headers={"Cache-Control": "no-cache"})
        session = self._org.sessions.open(base_url)
        return JSONResponse(
            {
                "access_token": session.token,
                "scope": "api",
                "instance_url": session.instance_url,
                "id": f"{base_url}/id/{self._org.id}/{self._org.user_id}",
                "token_type": "Bearer",
                "issued_at": str(int(session.issued_at * 1000)),
            },
            headers={"Cache-Control": "no-cache, no-store"},
        )

    def _verify(self, form: Mapping[str, str], base_url: str) -> None:
        grant = form.get("grant_type")
        if grant == _JWT_BEARER:
            self._verify_assertion(form.get("assertion", ""), base_url)
        elif grant == "client_credentials":
            self._verify_client(form)
        else:
            raise OAuthError("unsupported_grant_type", "grant type not supported")

    def _verify_client(self, form: Mapping[str, str]) -> None:
        if form.get("client_id") != self._credentials.salesforce_client_id:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        secret = form.get("client_secret", "")
        if not hmac.compare_digest(secret, self._credentials.salesforce_client_secret):
            raise OAuthError("invalid_client", "invalid client credentials")

    def _verify_assertion(self, assertion: str, base_url: str) -> None:
        claims = self._claims(assertion, base_url)
        if claims["iss"] != self._credentials.salesforce_client_id:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        if claims["sub"] != self._credentials.salesforce_username:
            raise OAuthError("invalid_grant", "user hasn't approved this consumer")
        if float(claims["exp"]) > time.time() + _LONGEST_SECONDS + _LEEWAY_SECONDS:
            raise OAuthError("invalid_grant", "assertion expires too far in the future")

    def _claims(self, assertion: str, base_url: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                assertion,
                self._credentials.salesforce_public_key,
                algorithms=["RS256"],
                audience=[*_AUDIENCES, base_url],
                leeway=_LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.ExpiredSignatureError:
            raise OAuthError("invalid_grant", "expired assertion") from None
        except jwt.InvalidAudienceError:
            raise OAuthError("invalid_grant", "audience is invalid") from None
        except jwt.InvalidTokenError:
            raise OAuthError("invalid_grant", "invalid assertion") from None
