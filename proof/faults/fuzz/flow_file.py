"""Target: the flow file, as an admin may have left it."""

import json
import math
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from app.flow import Flow, load_flow
from app.models import Account, Address
from app.netsuite.bodies import for_create, for_update
from app.netsuite.mapping import external_id, map_customer, needed_fields
from app.salesforce.accounts import condition_of
from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.odd import Draw, damaged, damaged_bytes
from proof.faults.fuzz.target import FuzzTarget, Nonsense

_TEXT = """
[qualification]
match = "any"
[[qualification.criteria]]
field = "StageName"
operator = "in"
values = ["Closed Won", 2026-01-31, 5, true]
[matching]
order = ["link", "name"]
external_id_prefix = "SF-"
id_field = ""
leads = "review"
customer_status = "13"
[hierarchy]
late_parents = "sync"
[mapping]
billing_address = true
billing_label = "Billing (Salesforce)"
shipping_label = "Shipping (Salesforce)"
countries = { Holland = "NL" }
[[mapping.fields]]
account = "Name"
customer = "companyName"
limit = 83
misfit = "reject"
[[mapping.fields]]
account = "Size__c"
customer = "custentity_size"
kind = "number"
when = "always"
empty = "leave"
values = { A = 1, B = 2.5 }
[[mapping.fields]]
constant = "x"
customer = "comments"
kind = "text"
limit = 10
[subsidiaries]
enabled = true
default = "1"
field = "Sub__c"
values = { Acme = "2" }
[currencies]
enabled = true
default = "USD"
"""
_GIVEN = tomllib.loads(_TEXT)
_ACCOUNT = Account(
    "001000000000001AAA",
    "Acme",
    currency="USD",
    billing=Address("1 Road", "Utrecht", None, None, "Holland"),
    fields={"Name": "Acme", "Size__c": "A", "Sub__c": "Acme"},
)


@st.composite
def _files(draw: Draw) -> bytes:
    text = _written(draw(damaged(st.just(_GIVEN), 4)))
    how = draw(st.integers(0, 9))
    body = text.encode("utf-8", "surrogatepass")
    if how == 0:
        return bytes(draw(st.sampled_from(_FILES)))
    return bytes(draw(damaged_bytes(body if how > 1 else _TEXT.encode()))) if how < 4 else body


_FILES = (
    *(
        b"",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf[matching]",
        b"a = 1\na = 2",
        b"[a]\n[a]",
        b"a.b.c.d = 1",
    ),
    *(
        b"x = " + b"[" * 100_000,
        b"x = " + b"{a=" * 100_000,
        b"x = " + b"9" * 5000,
        b"qualification = 1",
    ),
    *(b"[[mapping.fields]]\n" * 5000, b"mapping.fields = []", b"[mapping]\nfields = [[]]"),
    b"[qualification]\ncriteria = [{field='IsWon', values=[" + b"1," * 300 + b"]}]",
)


def _written(value: Any) -> str:
    """As TOML, as far as it can be; what cannot be is what a slip of the hand would make of it."""
    if isinstance(value, dict):
        return "\n".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items())
    return str(value)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str | bool | int | float) or value is None:
        return json.dumps(value, ensure_ascii=False)
    return str(value)


@contextmanager
def _files_tried() -> Iterator[Check]:
    with tempfile.TemporaryDirectory(prefix="closedwon-fuzz-") as directory:
        path = Path(directory) / "flow.toml"

        def check(text: bytes) -> None:
            path.write_bytes(text)
            _ensure_usable(load_flow(path))

        yield check


def _ensure_usable(flow: Flow) -> None:
    """
    Raises:
        Nonsense: with it, a body or a query would be made that no service can read.
        RecordRejected: a value of the Account does not fit it, which is said.
    """
    condition_of(flow.qualification).encode()
    if not all(name.isascii() and name.isprintable() for name in needed_fields(flow)):
        raise Nonsense("a flow file reads a field that no query can name")
    payload = map_customer(
        _ACCOUNT,
        flow,
        external_id=external_id(_ACCOUNT.id, flow),
        parent=None,
        currencies={"USD": "1", "EUR": "2"},
    )
    for body in (for_update(payload, []), for_create(payload)):
        try:
            json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
        except ValueError:
            raise Nonsense("a flow file makes a body that is no JSON") from None


FLOW_FILE = FuzzTarget(
    "flow file",
    "flow.toml: its keys, values, types and bytes",
    fed("flow file", _files(), _files_tried, lambda text, altered: altered(text), most=3),
    share=4,
)
