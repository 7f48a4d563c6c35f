"""A customer where the user interface shows it: ``/app/common/entity/custjob.nl?id=<id>``."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulators.netsuite.account import Account
from simulators.netsuite.records import Customer
from simulators.netsuite.render import Renderer
from simulators.record_page import no_record_page, record_page

PATH = "/app/common/entity/custjob.nl"


def customer_page(account: Account) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of the path."""

    async def show(request: Request) -> Response:
        asked = request.query_params.get("id", "")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
        store = account.store
        with store.lock:
            found = store.customers.get(number)
            if found is None:
                return no_record_page("The account has no such customer.")
            shown = Renderer(store, "").customer(found, expand=False)
            fields = [*_plain(shown), *_addresses(found)]
        return record_page(f"{found.stage.capitalize()} {found.name}", fields)

    return show


def _plain(record: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Values, and references by their names; sublists are links, and left out."""
    for name, value in record.items():
        if not isinstance(value, dict):
            if name != "links":
                yield name, value
        elif "id" in value:
            yield name, f"{value.get('refName', '')} ({value['id']})".strip()


def _addresses(customer: Customer) -> Iterator[tuple[str, object]]:
    for line in customer.addresses:
        yield f"Address {line.label or line.id}", ", ".join(line.text.splitlines())
