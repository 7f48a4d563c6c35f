"""OAuth's login page: the provider's own, whose cookies travel by https alone if browsers do."""

from typing import Any

from celery.utils.imports import symbol_by_name
from tornado.web import RequestHandler

from app.errors import ConfigurationError
from workers.flower.settings import FlowerSettings


def login_handler(settings: FlowerSettings) -> type[RequestHandler]:
    """A subclass of the handler that FLOWER_AUTH_PROVIDER names.

    Raises:
        ConfigurationError: there is no such handler.
    """
    try:
        provider = symbol_by_name(settings.flower_auth_provider)
    except (ImportError, AttributeError, ValueError):
        provider = None
    if not (isinstance(provider, type) and issubclass(provider, RequestHandler)):
        words = "FLOWER_AUTH_PROVIDER: names no handler, such as flower.views.auth."
        raise ConfigurationError([f"{words}GithubLoginHandler."])
    base: Any = provider

    class Login(base):
        """Flower leaves `secure` to the browser."""

        def set_secure_cookie(
            self,
            name: str,
            value: str | bytes,
            expires_days: float | None = 30,
            version: int | None = None,
            **given: Any,
        ) -> None:
            given.setdefault("secure", settings.is_over_tls)
            super().set_secure_cookie(name, value, expires_days, version, **given)

    return Login
