"""OAuth 2.0 client credentials: assertions are verified for real, tokens expire.

Oracle help, section_162755359851 and section_162790605110: the assertion is a JWT signed with the
certificate registered under ``kid``, PS256/384/512 or ES256/384/512 (RS256 is not accepted), valid
for at most 60 minutes.
"""

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from simulators.credentials import Credentials

ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
GRANT_PATH = "/services/rest/auth/oauth2/v1/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SCOPES = {"restlets", "rest_webservices", "suite_analytics"}
_LONGEST_LIFE = 3600
_CLOCK_SKEW = 60


class TokenRefused(Exception):
    """The token endpoint's error code and its reason."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = error


class OAuth:
    """One integration with its certificates, and the tokens it was given."""

    def __init__(self, credentials: Credentials, settings: Mapping[str, Any]) -> None:
        self._client_id = credentials.netsuite_client_id
        self._certificates = {
            credentials.netsuite_certificate_id: credentials.netsuite_public_key.decode()
        }
        self._host = f"{credentials.netsuite_account_id.lower().replace('_', '-')}.suitetalk.api"
        self._settings = settings
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()

    def grant(self, form: Mapping[str, str], base_url: str) -> dict[str, Any]:
        """The token endpoint's answer for its form fields.

        Args:
            form: ``grant_type``, ``client_assertion_type`` and ``client_assertion``.
            base_url: scheme and host the client called, e.g. ``http://127.0.0.1:8182``.

        Raises:
            TokenRefused: with the OAuth error code.
        """
        if form.get("grant_type") != "client_credentials":
            raise TokenRefused("unsupported_grant_type", "grant_type must be client_credentials")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise TokenRefused("invalid_request", "client_assertion_type is missing or wrong")
        if not form.get("client_assertion"):
            raise TokenRefused("invalid_request", "client_assertion is missing")
        if self._settings["refuse_credentials"]:
            raise TokenRefused("invalid_client", "The integration is blocked.")
        self._verify(form["client_assertion"], base_url)
        token = secrets.token_urlsafe(48)
        seconds = self._settings["token_seconds"]
        with self._lock:
            moment = time.time()
            self._tokens = {t: end for t, end in self._tokens.items() if end > moment}
            self._tokens[token] = moment + seconds
        return {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}

    def accepts(self, authorization: str) -> bool:
        """Whether an Authorization header holds a living token."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or self._settings["refuse_credentials"]:
            return False
        return self._tokens.get(token.strip(), 0.0) > time.time()

    def expire_all(self) -> int:
        """End every token now; answers how many there were."""
        with self._lock:
            ended, self._tokens = len(self._tokens), {}
            return ended

    def _verify(self, assertion: str, base_url: str) -> None:
        key = self._key(assertion)
        audiences = [
            base_url + GRANT_PATH,
            *(f"https://{self._host}.netsuite.com{GRANT_PATH}",),
            f"https://{self._host.replace('suitetalk', 'restlets')}.netsuite.com{GRANT_PATH}",
        ]
        try:
            claims = jwt.decode(
                assertion,
                key,
                algorithms=list(ALGORITHMS),
                audience=audiences,
                leeway=_CLOCK_SKEW,
                options={"require": ["iss", "aud", "iat", "exp"], "verify_iat": True},
            )
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
            raise TokenRefused("invalid_grant", str(error)) from error
        except jwt.PyJWTError as error:
            raise TokenRefused("invalid_client", str(error)) from error
        except TypeError as error:  # the key's type is not the algorithm's
            raise TokenRefused("invalid_client", "The signature is not valid.") from error
        if claims["iss"] != self._client_id:
            raise TokenRefused("invalid_client", "The issuer is not a known client id.")
        if claims["exp"] - claims["iat"] > _LONGEST_LIFE:
            raise TokenRefused("invalid_grant", "The assertion lives longer than 60 minutes.")
        _check_scope(claims.get("scope"))

    def _key(self, assertion: str) -> str:
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError as error:
            raise TokenRefused("invalid_client", "The assertion is not a JWT.") from error
        if header.get("alg") not in ALGORITHMS:
            raise TokenRefused("invalid_client", "The signing algorithm is not supported.")
        key = self._certificates.get(header.get("kid", ""))
        if key is None:
            raise TokenRefused("invalid_client", "No certificate is registered under this kid.")
        return key


def _check_scope(scope: object) -> None:
    """Comma-separated (Oracle's table) or an array (Oracle's sample)."""
    if isinstance(scope, str):
        named: Sequence[object] = [part.strip() for part in scope.split(",")]
    else:
        named = scope if isinstance(scope, list) else []
    if not named or any(name not in _SCOPES for name in named):
        raise TokenRefused("invalid_scope", "The scope is missing or unknown.")
    if "rest_webservices" not in named:
        raise TokenRefused("invalid_scope", "The scope lacks rest_webservices.")
