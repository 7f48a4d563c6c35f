"""All endpoints, and the handlers that answer them."""

from typing import Any

from tornado.web import RequestHandler

from workers.flower.api import (
    accounts,
    audit,
    criteria,
    flow,
    letter_actions,
    letters,
    notifications,
    recoveries,
    session,
)
from workers.flower.api.endpoint import Endpoint
from workers.flower.api.handler import Desk, EndpointHandler, JsonHandler, NothingHere
from workers.flower.api.openapi import BASE

ENDPOINTS: tuple[Endpoint, ...] = (
    *session.ENDPOINTS,
    *letters.ENDPOINTS,
    *letter_actions.ENDPOINTS,
    *recoveries.ENDPOINTS,
    *accounts.ENDPOINTS,
    *flow.ENDPOINTS,
    *criteria.ENDPOINTS,
    *notifications.ENDPOINTS,
    *audit.ENDPOINTS,
)


class Description(JsonHandler):
    """What the API can do, for programs."""

    def initialize(self, description: dict[str, Any]) -> None:
        self._description = description

    def get(self) -> None:
        self.finish(self._description)

    head = get


def routes(
    desk: Desk, description: dict[str, Any]
) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Pattern, handler and what it is given; paths without parameters come first."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in sorted(ENDPOINTS, key=lambda e: len(e.parameters)):
        paths.setdefault(endpoint.pattern, {})[endpoint.method] = endpoint
    base = desk.site + BASE
    return [
        (f"{base}/openapi.json", Description, {"description": description}),
        *(
            (base + pattern, EndpointHandler, {"endpoints": endpoints, "desk": desk})
            for pattern, endpoints in paths.items()
        ),
        (f"{base}(?:/.*)?", NothingHere, {}),
    ]
