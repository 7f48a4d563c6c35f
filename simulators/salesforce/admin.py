"""The org's own routes under ``/_simulator/``: what an admin, a user in the UI, or fate can do."""

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.admin import json_body, refusing
from simulators.salesforce.errors import ApiError
from simulators.salesforce.ids import normalise
from simulators.salesforce.injection import inject
from simulators.salesforce.org import Org
from simulators.salesforce.pubsub import PubSub
from simulators.salesforce.records import update
from simulators.salesforce.recycling import erase, merge, undelete
from simulators.salesforce.rpc_errors import RpcError
from simulators.salesforce.settings import check_field
from simulators.salesforce.stages import classify
from simulators.salesforce.transaction import Transaction
from simulators.salesforce.values import to_json

_ORIGIN = "com/salesforce/api/soap/60.0;client=SfdcInternalAPI/"


def admin_routes(org: Org, pubsub: PubSub) -> list[Route]:
    """All of them."""
    return [*_record_routes(org), *_setup_routes(org), *_event_routes(org, pubsub)]


def _record_routes(org: Org) -> list[Route]:
    def carry_out(act: Callable[[Transaction], None]) -> Response:
        with org.lock:
            transaction = Transaction(org, _ORIGIN)
            try:
                act(transaction)
            except ApiError as error:
                transaction.rollback()
                raise ValueError(str(error)) from error
            transaction.commit()
        return Response(status_code=204)

    async def edit(request: Request) -> Response:
        name, record_id = _addressed(org, request.path_params["id"])
        data = await json_body(request)
        if not isinstance(data, dict):
            raise ValueError("an object of fields and their new values is expected")
        return carry_out(lambda t: update(t, org.schema.objects[name], record_id, data))

    async def restore(request: Request) -> Response:
        name, record_id = _addressed(org, request.path_params["id"])
        return carry_out(lambda t: undelete(t, org.schema.objects[name], record_id))

    async def remove(request: Request) -> Response:
        name, record_id = _addressed(org, request.path_params["id"])
        return carry_out(lambda t: erase(t, org.schema.objects[name], record_id))

    async def unite(request: Request) -> Response:
        data = await _object(request, {"winner", "losers"})
        winner = _addressed(org, data.get("winner"))[1]
        losers = [_addressed(org, loser)[1] for loser in data.get("losers", [])]
        return carry_out(lambda t: merge(t, winner, losers))

    return [
        Route("/records/{id}", refusing(edit), methods=["PATCH"]),
        Route("/records/{id}/undelete", refusing(restore), methods=["POST"]),
        Route("/records/{id}/hard-delete", refusing(remove), methods=["POST"]),
        Route("/merge", refusing(unite), methods=["POST"]),
    ]


def _setup_routes(org: Org) -> list[Route]:
    async def reclassify(request: Request) -> Response:
        data = await json_body(request)
        try:
            with org.lock:
                stage = classify(org.store, request.path_params["name"], data)
        except KeyError:
            return JSONResponse({"error": "there is no such stage"}, status_code=404)
        return JSONResponse({name: to_json(value) for name, value in stage.items()})

    async def add_field(request: Request) -> Response:
        data = await _object(request, {"entity", "add_field"})
        field, entity = data.get("add_field"), data.get("entity")
        check_field(field)
        with org.lock:
            custom = org.settings["custom_fields"]
            changed = {**custom, str(entity): [*custom.get(entity, []), field]}
            org.publish_schemas()
            org.settings.update({"custom_fields": changed})
            schema = org.schemas.current(org.schema.objects[str(entity)])
        return JSONResponse({"schema_id": schema.id})

    async def expire(request: Request) -> Response:
        return JSONResponse({"expired": org.sessions.expire()})

    return [
        Route("/stages/{name:path}", refusing(reclassify), methods=["PATCH"]),
        Route("/schema", refusing(add_field), methods=["POST"]),
        Route("/sessions/expire", expire, methods=["POST"]),
    ]


def _event_routes(org: Org, pubsub: PubSub) -> list[Route]:
    async def add(request: Request) -> Response:
        data = await json_body(request)
        replay_ids = inject(org, data if isinstance(data, list) else [data])
        return JSONResponse({"replay_ids": replay_ids})

    async def refuse(request: Request) -> Response:
        data = await _object(request, {"replay_ids"}) if await request.body() else {}
        given = data.get("replay_ids")
        org.bus.refuse(None if given is None else [bytes.fromhex(str(text)) for text in given])
        return Response(status_code=204)

    async def streams(request: Request) -> Response:
        now = time.time()
        live = [
            {
                "number": stream.number,
                "topic": stream.topic,
                "outstanding": stream.pending,
                "most_asked": stream.most_asked,
                "delivered": stream.delivered,
                "seconds": now - stream.opened_at,
            }
            for stream in list(pubsub.streams.values())
        ]
        return JSONResponse({"count": len(live), "streams": live})

    async def close(request: Request) -> Response:
        keys = {"status", "error_code", "message", "after_events"}
        data = await _object(request, keys)
        after = data.get("after_events", 0)
        if not isinstance(after, int) or after < 0:
            raise ValueError("after_events must be a number of events")
        status, code = data.get("status"), data.get("error_code")
        error = RpcError.scripted(status, code, data.get("message"))
        return JSONResponse({"closed": pubsub.close_streams(error, after)})

    return [
        Route("/events", refusing(add), methods=["POST"]),
        Route("/replay-ids/refuse", refusing(refuse), methods=["POST"]),
        Route("/streams", streams, methods=["GET"]),
        Route("/streams/close", refusing(close), methods=["POST"]),
    ]


async def _object(request: Request, keys: set[str]) -> dict[str, Any]:
    data = await json_body(request)
    if not isinstance(data, dict) or not data.keys() <= keys:
        raise ValueError(f"an object with the keys {', '.join(sorted(keys))} is expected")
    return data


def _addressed(org: Org, text: Any) -> tuple[str, str]:
    record_id = normalise(text) if isinstance(text, str) else None
    for sobject in org.schema.objects.values():
        if record_id is not None and record_id.startswith(sobject.prefix):
            return sobject.name, record_id
    raise ValueError(f"{text} is no record id")
