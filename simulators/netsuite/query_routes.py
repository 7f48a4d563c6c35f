"""``POST /services/rest/query/v1/suiteql``."""

from typing import Any

from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.call import Call, answer, number
from simulators.netsuite.errors import ApiError, invalid_content, invalid_parameter, invalid_value
from simulators.netsuite.suiteql import MAX_ROWS

PATH = "/services/rest/query/v1/suiteql"
_MAX_PAGE = 1000


def post(account: Account, call: Call) -> Response:
    """A page of a query's rows."""
    given = call.asked("limit", "offset")
    preferences = [p.strip() for p in call.request.headers.get("prefer", "").split(",")]
    if "transient" not in preferences:
        detail = "The header 'Prefer' is missing or has an invalid value. Use Prefer: transient."
        raise ApiError(400, "INVALID_HEADER", detail, ("o:errorHeader", "Prefer"))
    limit = number(given, "limit", _MAX_PAGE, 1, _MAX_PAGE)
    offset = number(given, "offset", 0, 0, MAX_ROWS)
    if offset % limit:
        raise invalid_parameter("offset", "The offset must be a multiple of the limit.")
    text, parameters = _query(call.json_object(("application/json",)))
    rows = account.suiteql.run(text, parameters)
    page = rows[offset : offset + limit]
    body = {
        "links": _links(call.base + PATH, limit, offset, len(rows)),
        "count": len(page),
        "hasMore": offset + limit < len(rows),
        "items": [{"links": [], **row} for row in page],
        "offset": offset,
        "totalResults": len(rows),
    }
    return answer(body, "application/vnd.oracle.resource+json; type=collection")


def _query(body: dict[str, Any]) -> tuple[str, list[str | int | float]]:
    unknown = sorted(set(body) - {"q", "params"})
    if unknown:
        raise invalid_content(f"Unknown property '{unknown[0]}' in the request body.", unknown[0])
    text, parameters = body.get("q"), body.get("params", [])
    if not isinstance(text, str) or not text.strip():
        raise invalid_content("The property 'q' is missing in the request body.", "q")
    if not isinstance(parameters, list):
        raise invalid_value("params")
    for index, value in enumerate(parameters):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid_value(f"params[{index}]")
    return text, parameters


def _links(url: str, limit: int, offset: int, total: int) -> list[dict[str, str]]:
    def page(rel: str, start: int) -> dict[str, str]:
        return {"rel": rel, "href": f"{url}?limit={limit}&offset={start}"}

    links = [page("self", offset)]
    if offset > 0:
        links += [page("first", 0), page("prev", offset - limit)]
    if offset + limit < total:
        links += [page("next", offset + limit), page("last", (total - 1) // limit * limit)]
    return links
