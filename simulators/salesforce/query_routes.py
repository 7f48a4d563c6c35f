"""``/query``, ``/queryAll`` and their next pages; ``/limits``."""

import re

from starlette.responses import Response

from simulators.salesforce.api import ApiCall, answer
from simulators.salesforce.errors import ApiError
from simulators.salesforce.query import run_query

_BATCH = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_LARGEST_BATCH = 2000
_DELIVERY_LIMIT = 10_000  # a Developer Edition's; enforced only where the setting says so


def query(call: ApiCall) -> Response:
    """``GET /query?q=``."""
    return _query(call, deleted=False)


def query_all(call: ApiCall) -> Response:
    """``GET /queryAll?q=``: rows in the recycle bin too."""
    return _query(call, deleted=True)


def next_page(call: ApiCall) -> Response:
    """``GET /query/{locator}-{offset}``."""
    return answer(call.org.cursors.next_page(call.path("locator"), call.version))


def limits(call: ApiCall) -> Response:
    """``GET /limits``."""
    org = call.org
    daily = org.settings["daily_limit"]
    delivery = org.settings["delivery_limit"] or _DELIVERY_LIMIT
    entries = {
        "DailyApiRequests": (daily, daily - org.api_calls),
        "DailyDeliveredPlatformEvents": (delivery, delivery - org.bus.delivered),
        "DailyStreamingApiEvents": (10_000, 10_000),
    }
    return answer({k: {"Max": most, "Remaining": left} for k, (most, left) in entries.items()})


def _query(call: ApiCall, *, deleted: bool) -> Response:
    text = call.request.query_params.get("q")
    if not text:
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    rows = run_query(call.org, text, call.version, deleted=deleted)
    if isinstance(rows, int):
        return answer({"totalSize": rows, "done": True, "records": []})
    return answer(call.org.cursors.page(rows, _batch_size(call), call.version))


def _batch_size(call: ApiCall) -> int:
    found = _BATCH.search(call.request.headers.get("sforce-query-options", ""))
    asked = int(found[1]) if found else _LARGEST_BATCH
    least: int = call.org.settings["min_batch_size"]
    return max(least, min(asked, _LARGEST_BATCH))
