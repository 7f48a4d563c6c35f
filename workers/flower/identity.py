"""Who asks: by login, by the cookie of an OAuth session, or by the token for metrics."""

import hmac
import math
from urllib.parse import quote

from tornado.httputil import HTTPServerRequest
from tornado.web import decode_signed_value

from workers.flower.api.endpoint import Role, Session
from workers.flower.configuration import may_enter
from workers.flower.logins import Logins, named_in
from workers.flower.refusal import Refused
from workers.flower.settings import FlowerSettings
from workers.flower.throttle import Throttle

_SESSION_DAYS = 30
"""For how long Flower signs the cookie of an OAuth session."""


class Identity:
    """Knows callers by what their requests bring."""

    def __init__(self, settings: FlowerSettings, logins: Logins, cookie_secret: str) -> None:
        self._settings, self._logins, self._cookie_secret = settings, logins, cookie_secret
        self._admins = frozenset(map(self._spelt, settings.flower_admins))
        self._throttle = Throttle()

    def of(self, request: HTTPServerRequest) -> Session | Refused:
        """Whoever is logged in."""
        given = request.headers.get("Authorization", "")
        address = request.remote_ip or ""
        named = named_in(given)
        wait = self._throttle.seconds_to_wait(address, named) if given else 0
        if wait:
            return _slowed_down(wait)
        user = self._user(request, given)
        if user:
            role: Role = "admin" if self._spelt(user) in self._admins else "operator"
            return Session(user, role, self._settings.flower_read_only)
        if self._has_metrics_token(request, given):
            return Session("metrics", "operator", read_only=True)
        if given:
            self._throttle.count_failure(address, named)
        return self._stranger(request)

    def _user(self, request: HTTPServerRequest, authorization: str) -> str | None:
        if not self._settings.flower_auth:
            return self._logins.user_of(authorization) if authorization else None
        cookie = request.cookies.get("user")
        value = decode_signed_value(
            self._cookie_secret, "user", cookie.value if cookie else "", max_age_days=_SESSION_DAYS
        )
        email = value.decode(errors="replace") if value else ""
        return email if email and may_enter(self._settings.flower_auth, email) else None

    def _has_metrics_token(self, request: HTTPServerRequest, authorization: str) -> bool:
        """It opens this one page, and to a reader alone."""
        if request.path != f"{self._settings.site}/metrics" or request.method != "GET":
            return False
        token = self._settings.flower_metrics_token.get_secret_value()
        wanted = f"Bearer {token}".encode()
        return bool(token) and hmac.compare_digest(wanted, authorization.encode())

    def _stranger(self, request: HTTPServerRequest) -> Refused:
        words = "Log in: this page is for operators and admins alone."
        if not self._settings.flower_auth:
            asks = {"WWW-Authenticate": 'Basic realm="closedwon", charset="UTF-8"'}
            return Refused(401, "NotLoggedIn", words, asks)
        site = self._settings.site
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            where = f"{site}/login?next={quote(request.path)}"
            return Refused(302, "NotLoggedIn", words, {"Location": where})
        return Refused(401, "NotLoggedIn", words)

    def _spelt(self, user: str) -> str:
        """The name that is compared: providers write addresses in capitals or not, as they like."""
        return user.casefold() if self._settings.flower_auth else user


def _slowed_down(seconds: float) -> Refused:
    words = "Too many wrong passwords came for this user, or from this address: wait a moment."
    return Refused(429, "TooManyFailures", words, {"Retry-After": str(math.ceil(seconds))})
