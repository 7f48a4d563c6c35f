"""Who may call, and which topics there are."""

from typing import Any

import grpc

from simulators.salesforce.org import Org
from simulators.salesforce.rpc_errors import RpcError

_ALL = "/data/ChangeEvents"


def authenticate(org: Org, context: Any) -> None:
    """Check the three metadata entries that every call carries.

    Raises:
        RpcError: UNAUTHENTICATED.
    """
    metadata = {key: value for key, value in context.invocation_metadata()}
    missing = [k for k in ("accesstoken", "instanceurl", "tenantid") if not metadata.get(k)]
    if missing:
        raise _refused("service.auth.headers.invalid", f"Missing headers: {', '.join(missing)}")
    session = org.sessions.find(metadata["accesstoken"])
    if session is None:
        raise _refused(
            "service.auth.error",
            "An authentication exception occurred. Provide valid authentication headers in the "
            "gRPC metadata. Session may be expired",
        )
    if metadata["instanceurl"].rstrip("/") != session.instance_url:
        raise _refused("service.auth.error", "The instanceurl is not the session's own")
    if metadata["tenantid"] != org.id:
        raise _refused("service.auth.headers.invalid", "The tenantid is not the id of the org")


def entities_of(org: Org, topic: str) -> frozenset[str]:
    """The objects whose events the topic carries.

    Raises:
        RpcError: NOT_FOUND.
    """
    selected = org.settings["cdc_entities"]
    if topic == _ALL:
        return frozenset(selected)
    for name in selected:
        if topic == f"/data/{name}ChangeEvent":
            return frozenset({name})
    raise RpcError(
        grpc.StatusCode.NOT_FOUND,
        "topic.not.found",
        f"The topic {topic} can't be found. Ensure that the topic exists and is selected",
    )


def _refused(code: str, message: str) -> RpcError:
    return RpcError(grpc.StatusCode.UNAUTHENTICATED, code, message)
