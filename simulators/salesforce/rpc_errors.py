"""How the Pub/Sub API fails: a gRPC status, and the reason in the trailer ``error-code``."""

import uuid
from typing import Any, NoReturn

import grpc

PREFIX = "sfdc.platform.eventbus.grpc."


class RpcError(Exception):
    """A refusal; ``code`` without the prefix that all error codes share."""

    def __init__(self, status: grpc.StatusCode, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(f"{status.name} {code}: {message}")

    @classmethod
    def scripted(
        cls, status: int | str | None, code: str | None, message: str | None
    ) -> "RpcError":
        """From a fault; an unknown status name becomes UNKNOWN."""
        statuses = {known.name: known for known in grpc.StatusCode}
        found = statuses.get(str(status or "UNAVAILABLE"), grpc.StatusCode.UNKNOWN)
        return cls(found, (code or "").removeprefix(PREFIX), message or code or found.name)


def fail(context: Any, error: RpcError) -> NoReturn:
    """End the call with the error and its trailers.

    Raises:
        Exception: always, by ``context.abort``.
    """
    rpc_id = str(uuid.uuid4())
    trailers = [("rpcid", rpc_id)]
    if error.code:
        trailers.append(("error-code", PREFIX + error.code))
    context.set_trailing_metadata(tuple(trailers))
    context.abort(error.status, f"{error.message}. rpcId: {rpc_id}")
    raise AssertionError("abort always raises")


def corrupted() -> RpcError:
    """The replay id is no id of this topic, or it is older than the retention."""
    return RpcError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.replayid.corrupted",
        "The Replay ID validation failed. Ensure that the Replay ID is valid",
    )


def invalid(code: str, message: str) -> RpcError:
    """An argument that is refused."""
    return RpcError(grpc.StatusCode.INVALID_ARGUMENT, code, message)
