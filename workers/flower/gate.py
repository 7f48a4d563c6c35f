"""Who may do what: asked of every request before any handler, Flower's own too, sees it."""

from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError, RequestHandler

from workers.flower.api.endpoint import Session
from workers.flower.api.openapi import BASE
from workers.flower.identity import Identity
from workers.flower.refusal import Refused

HEALTH = "/healthcheck"
"""Open to all, below the prefix and, since a container does not know it, without it."""
LARGEST_BODY = 64 * 1024
"""Bytes."""
_READS = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_READS, "POST", "PUT", "PATCH", "DELETE")


class Gate:
    """Decides by a request's head: its body has not been read yet."""

    def __init__(self, identity: Identity, site: str, *, has_login_page: bool) -> None:
        """`site`: what every path begins with. `has_login_page`: OAuth's, open to all of course."""
        self._identity = identity
        self._table_of_tasks = f"{site}/tasks/datatable"
        self._api = site + BASE
        self._open = {HEALTH, f"{site}{HEALTH}"}
        if has_login_page:
            self._open |= {f"{site}/login", f"{site}/login/", f"{site}/logout"}

    def admit(self, request: HTTPServerRequest, application: Application) -> Session | Refused:
        """Who asks, if they may."""
        malformed = _malformed(request)
        if malformed:
            return malformed
        if request.path in self._open and request.method in _READS:
            return Session("", "operator", read_only=True)
        session = self._identity.of(request)
        if isinstance(session, Refused) or request.method in _READS:
            return session
        return (
            (_not_allowed(session) if self._is_action(request) else None)
            or _foreign(request)
            or _without_token(request, application)
            or session
        )

    def is_flowers_own_action(self, request: HTTPServerRequest) -> bool:
        """Of one that was admitted: whether nothing but Flower itself would do it."""
        is_ours = request.path == self._api or request.path.startswith(f"{self._api}/")
        return self._is_action(request) and not is_ours

    def _is_action(self, request: HTTPServerRequest) -> bool:
        return request.method not in _READS and request.path != self._table_of_tasks


def _malformed(request: HTTPServerRequest) -> Refused | None:
    if request.method not in _METHODS:
        words = f"The method is not known here: use one of {', '.join(_METHODS)}."
        return Refused(405, "MethodNotAllowed", words, {"Allow": ", ".join(_METHODS)})
    if "%00" in request.path:
        return Refused(400, "BadRequest", "No address has a zero byte.")
    if "Transfer-Encoding" in request.headers:
        return Refused(411, "LengthRequired", "Send the body whole, with its Content-Length.")
    length = request.headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()):
        return Refused(400, "BadRequest", "Content-Length must be a number.")
    if len(length) > 18 or int(length) > LARGEST_BODY:
        words = f"The body is too large: {LARGEST_BODY // 1024} kB at most. Send less at a time."
        return Refused(413, "BodyTooLarge", words)
    return None


def _not_allowed(session: Session) -> Refused | None:
    if session.read_only:
        words = "This Flower is read-only (FLOWER_READ_ONLY): nobody can act here."
        return Refused(403, "ReadOnly", words)
    if session.role != "admin":
        words = "Only admins may do this: FLOWER_ADMINS names them."
        return Refused(403, "NotAllowed", words)
    return None


def _foreign(request: HTTPServerRequest) -> Refused | None:
    """Whether a browser says that another site sent it; programs say nothing of the kind."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = site == "same-origin" if site else origin is None or _host_of(origin) == request.host
    words = "Another site's page sent this: it was not done."
    return None if own else Refused(403, "ForeignOrigin", words)


def _host_of(origin: str) -> str:
    """With its port; empty: the header holds no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _without_token(request: HTTPServerRequest, application: Application) -> Refused | None:
    """Tornado's own check: the header must repeat the cookie, which other sites cannot read."""
    try:
        RequestHandler(application, request).check_xsrf_cookie()
    except HTTPError:
        words = "The header X-Xsrftoken must repeat the cookie _xsrf: load the page again."
        return Refused(403, "TokenMissing", words)
    return None
