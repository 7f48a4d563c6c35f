"""The admin plane under ``/_simulator/``: faults, requests, settings, reset. No authentication."""

from collections.abc import Awaitable, Callable
from json import JSONDecodeError
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from simulators.cloud import Cloud
from simulators.faults import Fault

Handler = Callable[[Request], Awaitable[Response]]


async def json_body(request: Request) -> Any:
    """The request's JSON.

    Raises:
        ValueError: there is none.
    """
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the body is not JSON: {error}") from error


def refusing(handler: Handler) -> Handler:
    """A handler whose ValueErrors become a 400 that says what is wrong."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return handle


def create_admin(cloud: Cloud) -> Starlette:
    """The admin application of one cloud: the shared routes and the cloud's own."""
    routes = [*_fault_routes(cloud), *_request_routes(cloud), *_state_routes(cloud)]
    return Starlette(routes=[Mount("/_simulator", routes=[*routes, *cloud.admin_routes])])


def _fault_routes(cloud: Cloud) -> list[Route]:
    async def add(request: Request) -> Response:
        data = await json_body(request)
        parsed = [Fault.parse(item) for item in (data if isinstance(data, list) else [data])]
        ids = [cloud.faults.add(fault) for fault in parsed]
        return JSONResponse([{"id": i} for i in ids] if isinstance(data, list) else {"id": ids[0]})

    async def show(request: Request) -> Response:
        return JSONResponse({"faults": cloud.faults.list()})

    async def clear(request: Request) -> Response:
        cloud.faults.clear()
        return Response(status_code=204)

    async def remove(request: Request) -> Response:
        found = cloud.faults.remove(request.path_params["id"])
        return Response(status_code=204 if found else 404)

    return [
        Route("/faults", refusing(add), methods=["POST"]),
        Route("/faults", show, methods=["GET"]),
        Route("/faults", clear, methods=["DELETE"]),
        Route("/faults/{id}", remove, methods=["DELETE"]),
    ]


def _request_routes(cloud: Cloud) -> list[Route]:
    async def find(request: Request) -> Response:
        asked = request.query_params
        rows = cloud.requests.find(
            call=asked.get("call"),
            contains=asked.get("contains"),
            since=int(asked.get("since", 0)),
        )
        limit = int(asked.get("limit", len(rows)))
        return JSONResponse({"count": len(rows), "requests": rows[:limit]})

    async def count(request: Request) -> Response:
        asked = request.query_params
        number = cloud.requests.count(call=asked.get("call"), contains=asked.get("contains"))
        return JSONResponse({"count": number})

    async def clear(request: Request) -> Response:
        cloud.requests.clear()
        return Response(status_code=204)

    return [
        Route("/requests", refusing(find), methods=["GET"]),
        Route("/requests", clear, methods=["DELETE"]),
        Route("/requests/count", count, methods=["GET"]),
    ]


def _state_routes(cloud: Cloud) -> list[Route]:
    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def reset(request: Request) -> Response:
        cloud.reset()
        return Response(status_code=204)

    async def settings(request: Request) -> Response:
        return JSONResponse(dict(cloud.settings))

    async def change(request: Request) -> Response:
        changes = await json_body(request)
        if not isinstance(changes, dict):
            raise ValueError("settings must be a JSON object")
        cloud.settings.update(changes)
        return JSONResponse(dict(cloud.settings))

    return [
        Route("/health", health, methods=["GET"]),
        Route("/reset", reset, methods=["POST"]),
        Route("/settings", settings, methods=["GET"]),
        Route("/settings", refusing(change), methods=["PATCH"]),
    ]
