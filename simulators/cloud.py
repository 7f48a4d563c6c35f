"""What the shared core needs to know of one simulated cloud.

How a cloud plugs in: its package has a module ``rest`` with ``create_cloud(credentials) -> Cloud``.
The core does the rest: ``gateway.Gateway(cloud)`` names each call, logs it, applies faults and
serves the admin plane (``admin.py``); ``serve.py`` runs the gateway under uvicorn and, where the
cloud has ``rpc_handlers``, a gRPC server beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from starlette.routing import Route
from starlette.types import ASGIApp

from simulators.faults import FaultTable
from simulators.requests import RequestLog
from simulators.settings import Settings

ErrorAnswer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Cloud:
    """One simulated cloud, without gateway.

    Attributes:
        name: ``"salesforce"`` or ``"netsuite"``.
        app: the true API (a Starlette application); it knows nothing of faults or of the log.
        call_name: ``(method, path)`` to the name that faults and the log use (``"customer.put"``,
            ``"suiteql"``, ``"token"``); must answer for every path, also for unknown ones.
        error: ``(status, code, message)``, each of them may be None, to the true API's error
            answer ``(status, headers, body)``; fills in what is missing.
        settings: the cloud's switches; they survive a reset only as their defaults.
        clear: empties the cloud's state (not settings, faults or log; ``reset`` does all).
        admin_routes: the cloud's own routes; paths are relative to ``/_simulator``.
        rpc_handlers: gRPC services of the cloud, if it has any.
        shutdown: wakes whatever still waits (open streams) before the servers stop.
    """

    name: str
    app: ASGIApp
    call_name: Callable[[str, str], str]
    error: Callable[[int | None, str | None, str | None], ErrorAnswer]
    settings: Settings
    clear: Callable[[], None]
    admin_routes: Sequence[Route] = ()
    rpc_handlers: Sequence["grpc.GenericRpcHandler[Any, Any]"] = ()
    shutdown: Callable[[], None] = lambda: None
    faults: FaultTable = field(default_factory=FaultTable)
    requests: RequestLog = field(default_factory=RequestLog)

    def reset(self) -> None:
        """Empty state, settings, faults and log; keys and addresses stay."""
        self.faults.clear()
        self.settings.clear()
        self.clear()
        self.requests.clear()
