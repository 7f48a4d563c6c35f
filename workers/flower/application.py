"""Flower with our pages, API and gate: a subclass, and nothing of Flower's is changed."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from weakref import WeakKeyDictionary

from celery import Celery
from flower.app import Flower
from flower.views.monitor import Healthcheck
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import RedirectHandler, StaticFileHandler

from app.errors import ConfigurationError
from app.services import Services
from workers.flower.api.calls import Calls
from workers.flower.api.endpoint import Session
from workers.flower.api.handler import Desk
from workers.flower.api.openapi import describe
from workers.flower.api.table import ENDPOINTS, routes
from workers.flower.audited import AuditedDelegate, Trail
from workers.flower.gate import HEALTH, LARGEST_BODY, Gate
from workers.flower.headers import SecurityHeaders
from workers.flower.identity import Identity
from workers.flower.login import login_handler
from workers.flower.logins import Logins
from workers.flower.metrics import Everything, Metrics
from workers.flower.options import InnerLogin, set_options, tornado_settings
from workers.flower.pages import PAGES, PageHandler
from workers.flower.refusal import RefusalHandler, Refused
from workers.flower.settings import FlowerSettings
from workers.flower.watching import Watching

_STATIC = Path(__file__).parent / "static"
_BODY_SECONDS = 30.0
"""A caller who sends its body more slowly is cut off."""
_IDLE_SECONDS = 300.0


class FlowerWithPages(Flower):
    """Made once per process, in its main thread, whose loop it makes, too."""

    def __init__(
        self, settings: FlowerSettings, logins: Logins, capp: Celery, services: Services
    ) -> None:
        """
        Raises:
            ConfigurationError: certificate and key do not serve, there is no such OAuth provider,
                or an installed Flower is not the one that our pages fit.
        """
        asyncio.set_event_loop(asyncio.new_event_loop())
        cookie_secret = settings.flower_cookie_secret.get_secret_value() or token_urlsafe(64)
        identity = Identity(settings, logins, cookie_secret)
        self._gate = Gate(identity, settings.site, has_login_page=bool(settings.flower_auth))
        self._inner = None if settings.flower_auth else InnerLogin()
        self._sessions: WeakKeyDictionary[HTTPServerRequest, Session] = WeakKeyDictionary()
        super().__init__(
            options=set_options(settings, self._inner),
            capp=capp,
            io_loop=IOLoop.current(),
            **tornado_settings(settings, cookie_secret),
        )
        self._calls = Calls(ENDPOINTS)
        self._everything = Everything(services.settings)
        self._trail = Trail(services.audit)
        self._metrics_pool = ThreadPoolExecutor(1, "metrics")
        self._watching = Watching(services.redis, services.settings)
        self._server: HTTPServer | None = None
        self.add_transform(SecurityHeaders)
        self.add_handlers(".*", self._handlers(settings, services))

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate:
        """The handler of a request that the gate admits, else one that says why not."""
        admitted = self._gate.admit(request, self)
        if isinstance(admitted, Refused):
            return self._refusing(request, admitted)
        self._sessions[request] = admitted
        if self._inner:
            self._inner.put_into(request.headers)
        found: HTTPMessageDelegate = super().find_handler(request, **kwargs)
        if not self._gate.is_flowers_own_action(request):
            return found
        tell = partial(self._trail.tell, request, admitted.user)
        return AuditedDelegate(tell, found, partial(self._refusing, request))

    def start_http_server(self) -> int:
        """Listens → at which port.

        Raises:
            ConfigurationError: the address or port is not to be had.
        """
        try:
            sockets = bind_sockets(self.options.port, address=self.options.address)
        except OSError as refused:
            where = f"{self.options.address}:{self.options.port}"
            words = f"FLOWER_ADDRESS, FLOWER_PORT: cannot listen at {where}: {refused.strerror}."
            raise ConfigurationError([words]) from None
        self._server = HTTPServer(
            self,
            ssl_options=self.ssl_options,
            xheaders=self.options.xheaders,
            max_body_size=LARGEST_BODY,
            body_timeout=_BODY_SECONDS,
            idle_connection_timeout=_IDLE_SECONDS,
        )
        self._server.add_sockets(sockets)
        return int(sockets[0].getsockname()[1])

    def run(self) -> None:
        """Until SIGINT or SIGTERM, which Flower by itself does not heed while Redis is gone."""
        loop = asyncio.get_event_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, self.stop)
        self._watching.start()
        self.start()

    def stop(self) -> None:
        """What has begun on other threads goes on; nothing new begins."""
        if self._server:
            self._server.stop()
        self._watching.stop()
        self._calls.close()
        self._trail.close()
        self._metrics_pool.shutdown(wait=False, cancel_futures=True)
        self._everything.close()
        super().stop()

    def _refusing(self, request: HTTPServerRequest, refused: Refused) -> HTTPMessageDelegate:
        delegate: HTTPMessageDelegate
        delegate = self.get_handler_delegate(request, RefusalHandler, {"refused": refused})
        return delegate

    def _handlers(self, settings: FlowerSettings, services: Services) -> list[Any]:
        site = settings.site
        desk = Desk(services, self._calls, self._sessions, site)
        description = describe(ENDPOINTS, site, oauth=bool(settings.flower_auth))
        metrics = {"write": self._everything.written, "pool": self._metrics_pool}
        return [
            *routes(desk, description),
            *((site + page.pattern, PageHandler, {"page": page}) for page in PAGES),
            (f"{site}/closedwon/static/(.*)", StaticFileHandler, {"path": str(_STATIC)}),
            (f"{site}/metrics", Metrics, metrics),
            (HEALTH, Healthcheck),
            *([(site, RedirectHandler, {"url": f"{site}/", "permanent": False})] if site else []),
            *([(f"{site}/login/?", login_handler(settings))] if settings.flower_auth else []),
        ]
