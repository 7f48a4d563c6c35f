"""From our settings to those of Flower and Tornado."""

import base64
import logging
import ssl
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import flower.options  # defines Flower's options among Tornado's
import flower.urls
from pydantic import SecretStr
from tornado.httputil import HTTPHeaders
from tornado.options import options
from tornado.web import RequestHandler

from app.errors import ConfigurationError
from workers.flower.loader import Loader
from workers.flower.page_functions import page_functions
from workers.flower.settings import FlowerSettings

__all__ = ["InnerLogin", "set_options", "tornado_settings"]

log = logging.getLogger(__name__)

_OURS_ALONE = ("basic_auth",)


class InnerLogin:
    """What Flower's own handlers ask for again when the gate has let a request in: a password of
    this process. So they know nobody's password.
    """

    def __init__(self) -> None:
        self.login = f"closedwon:{token_urlsafe(32)}"
        self._header = f"Basic {base64.b64encode(self.login.encode()).decode()}"

    def put_into(self, headers: HTTPHeaders) -> None:
        headers["Authorization"] = self._header


def set_options(settings: FlowerSettings, inner: InnerLogin | None) -> Any:
    """Flower's options, which are the process's. `inner`: None with OAuth."""
    for name in options.as_dict():
        field = f"flower_{name}"
        if name in _OURS_ALONE or field not in FlowerSettings.model_fields:
            continue
        value = getattr(settings, field)
        if isinstance(value, tuple):
            value = list(value)
        if value not in (None, []):
            setattr(options, name, _plain(value))
    options.url_prefix = settings.site.strip("/")
    options.basic_auth = [inner.login] if inner else []
    options.auth = _in_either_case(settings.flower_auth)
    return options


def tornado_settings(settings: FlowerSettings, cookie_secret: str) -> dict[str, Any]:
    """What Flower's application is made with.

    Raises:
        ConfigurationError: certificate and key do not serve, or an installed Flower is not the one
            that our pages fit.
    """
    site = settings.site
    own: dict[str, Any] = dict(flower.urls.settings) | {
        "cookie_secret": cookie_secret,
        "login_url": f"{site}/login",
        "static_url_prefix": f"{site}/static/",
        "xsrf_cookie_kwargs": {
            "samesite": "Lax",
            "path": f"{site}/",
            "secure": settings.is_over_tls,
        },
        "template_loader": Loader(),
        "ui_methods": page_functions(site),
        "log_function": log_request,
    }
    if settings.flower_auth:
        own["oauth"] = {
            "key": settings.flower_oauth2_key,
            "secret": settings.flower_oauth2_secret.get_secret_value(),
            "redirect_uri": settings.flower_oauth2_redirect_uri,
        }
    if settings.flower_certfile:
        own["ssl_options"] = _tls(settings)
    return own


def log_request(handler: RequestHandler) -> None:
    """In place of Tornado's line, which has the query: that may hold a name or a one-time code."""
    status, request = handler.get_status(), handler.request
    level = logging.WARNING if status >= 500 else logging.DEBUG
    took = 1000 * request.request_time()
    log.log(level, "%d %s %s %.0f ms", status, request.method, request.path, took)


def _tls(settings: FlowerSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(str(settings.flower_certfile), str(settings.flower_keyfile))
    except OSError as wrong:  # an SSLError is one, too
        words = (
            f"FLOWER_CERTFILE, FLOWER_KEYFILE: are no certificate with its key: {wrong.strerror}."
        )
        raise ConfigurationError([words]) from None
    return context


def _in_either_case(pattern: str) -> str:
    """Flower's own login page heeds capitals, and providers mostly write none."""
    lower = pattern.lower()
    return lower if "*" in pattern or lower == pattern else f"{pattern}|{lower}"


def _plain(value: object) -> object:
    """As Tornado takes it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value
