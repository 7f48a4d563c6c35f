"""What every answer tells the browser: whose scripts may run, and what may be kept."""

from secrets import token_urlsafe
from weakref import WeakKeyDictionary

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

_nonces: WeakKeyDictionary[HTTPServerRequest, str] = WeakKeyDictionary()


def nonce_of(request: HTTPServerRequest) -> str:
    """The word by which a script inside the answer's page may run; another for each request."""
    return _nonces.setdefault(request, token_urlsafe(16))


class SecurityHeaders(OutputTransform):
    """Adds them to the answers of all handlers, Flower's own too."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self._request = request

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        del headers["Server"]
        headers["Content-Security-Policy"] = _policy(nonce_of(self._request))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if "Cache-Control" not in headers:
            is_file = "/static/" in self._request.path
            headers["Cache-Control"] = "no-cache" if is_file else "no-store"
        return status_code, headers, chunk


def _policy(nonce: str) -> str:
    """Flower's pages set styles by attribute; its page of workers has a script inside."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
