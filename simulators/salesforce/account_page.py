"""An Account where Lightning shows it: ``/lightning/r/Account/<id>/view``."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from simulators.record_page import no_record_page, record_page
from simulators.salesforce.ids import normalise
from simulators.salesforce.org import Org
from simulators.salesforce.values import to_json

PATH = "/lightning/r/Account/{id}/view"


def account_page(org: Org) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of the path; deleted Accounts are shown, too, and say so."""

    async def show(request: Request) -> Response:
        record_id = normalise(request.path_params["id"])
        with org.lock:
            found = org.store.get("Account", record_id) if record_id else None
        if found is None:
            return no_record_page("The org has no such Account.")
        deleted = " (deleted)" if found.get("IsDeleted") else ""
        fields = [(name, to_json(value)) for name, value in found.items()]
        return record_page(f"Account {found.get('Name', '')}{deleted}", fields)

    return show
