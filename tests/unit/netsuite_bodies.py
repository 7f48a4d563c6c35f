"""Bodies of errors as live NetSuite accounts send them."""

from typing import Any

import httpx

PREFIX = "Error while accessing a resource. "
OTHER_PREFIX = "Error while accessing resource: "
BLOCKED = "Concurrent request limit exceeded. Request blocked. Space your requests and try again."
LOGIN = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI."
VIOLATION = (
    "Permission Violation: Your current role does not have permission to perform this action."
)
FIELD = "You have entered an Invalid Field Value 99 for the following field: parent"
HTML = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
CHANGED = "Record has been changed."
LOCKED = "This record has been locked by a user defined workflow."
EXISTS = "This entity already exists."
SAME_ID = "A customer record with this ID already exists. You must enter a unique customer ID."


def answer(
    status: int, *details: tuple[str, str], code: str | None = None, path: str = "", **headers: str
) -> httpx.Response:
    """`details` are pairs of code and detail; `code` is the one at the top; `path` is where each of
    them is in the body.
    """
    place = {"o:errorPath": path} if path else {}
    body: dict[str, Any] = {
        "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
        "title": "Bad Request",
        "status": status,
        "o:errorDetails": [{"detail": text, "o:errorCode": name} | place for name, text in details],
    }
    if code:
        body["o:errorCode"] = code
    media = {"Content-Type": "application/vnd.oracle.resource+json; type=error"}
    return httpx.Response(status, json=body, headers=media | headers)
