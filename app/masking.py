"""A request that failed, as it may be shown and kept: what was asked of which record, and of every
value its kind and length alone.

What stays readable: method and path, the text of a query, names of fields, ids of records, checks
that are on or off, what is empty. Headers are never looked at, nor bodies that are no JSON: a
login's holds secrets.
"""

import json
import re
from urllib.parse import parse_qsl, unquote

from app.models import id_suffix

LONGEST = 2000
"""Characters of a masked request."""
_ID_KEYS = frozenset(("id", "internalid"))
_ID_COLUMNS = frozenset(("id", "internalid", "entity"))
_CONSTANT_PARAMETERS = frozenset(("limit", "offset", "replace", "fields", "expandSubResources"))
"""Of an address: ours are constants, or numbers."""
_REFERENCE = re.compile(r"-?[0-9]{1,18}|[A-Z]{2}", re.ASCII)
"""An internal id, or a country's."""
_SHORT_ID = re.compile(r"0(?=[0-9]*[A-Za-z])[0-9A-Za-z]{14}", re.ASCII)
"""15 characters have no checksum. Digits alone may as well be a phone number."""
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{0,20}(0[0-9A-Za-z]{17})", re.ASCII)
"""A prefix as the flow file may have it, and the id of an Account."""
_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,80}", re.ASCII)
_CONSTANT = re.compile(r"[A-Za-z0-9_]{1,40}", re.ASCII)
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)(?:'|\Z|\\\Z)", re.DOTALL)
_MARKS = re.compile(r"(\w+)\s+IN\s*\(([?,\s]+)\)|(\w+)\s*[<>=]+\s*\?|\?", re.IGNORECASE)
"""`?` with the column that it is compared with, where that can be told."""


def masked_request(method: str, target: bytes, body: bytes, status: int | None) -> str:
    """`target`: path and query as they went over the wire; `status`: of the answer, None where
    there was none.
    """
    path, _, query = target.decode("ascii", "replace").partition("?")
    answer = "no answer" if status is None else str(status)
    told = f"{method} {_path(path)}{_query(query)}\n→ {answer}"
    if body:
        told += f"\n{_body(path, body)}"
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def _path(path: str) -> str:
    return "/".join(map(_segment, path.split("/")))


def _segment(segment: str) -> str:
    """All are names of ours or ids of a service's; `eid:` may bear anything."""
    if not segment.startswith("eid:"):
        return segment
    return f"eid:{_text(unquote(segment.removeprefix('eid:')))}"


def _query(query: str) -> str:
    given = parse_qsl(query, keep_blank_values=True)
    shown = "&".join(f"{key}={_parameter(key, value)}" for key, value in given)
    return f"?{shown}" if shown else ""


def _parameter(key: str, value: str) -> str:
    if key == "q":
        return _statement(value)
    is_constant = key in _CONSTANT_PARAMETERS and _CONSTANT.fullmatch(value)
    return value if is_constant else _text(value)


def _body(path: str, body: bytes) -> str:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return f"(•• {len(body):,} bytes that are no JSON)"
    if path.endswith("/suiteql") and isinstance(given, dict):
        shown: object = _suiteql(given)
    elif "/composite/sobjects/" in path and isinstance(given, dict):
        shown = {key: _names(key, value) for key, value in given.items()}
    else:
        shown = _value(given)
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _suiteql(given: dict[str, object]) -> dict[str, object]:
    """A statement of ours, and what was bound to its marks."""
    statement, bound = given.get("q"), given.get("params")
    if not isinstance(statement, str):
        return {key: _value(value, key) for key, value in given.items()}
    shown: dict[str, object] = {"q": _statement(statement)}
    if isinstance(bound, list):
        columns = _columns(statement)
        columns += [""] * (len(bound) - len(columns))
        shown["params"] = [
            _value(value, "id" if column in _ID_COLUMNS else "")
            for value, column in zip(bound, columns, strict=False)
        ]
    return shown


def _columns(statement: str) -> list[str]:
    """For each mark the column that it is compared with; empty: that cannot be told."""
    found: list[str] = []
    for mark in _MARKS.finditer(_statement(statement)):
        found += [(mark[1] or mark[3] or "").lower()] * mark[0].count("?")
    return found


def _names(key: str, value: object) -> object:
    """The fields of a retrieval are names, as the keys of other bodies are."""
    if key != "fields" or not isinstance(value, list):
        return _value(value, key)
    return [
        one if isinstance(one, str) and _API_NAME.fullmatch(one) else _value(one) for one in value
    ]


def _value(value: object, key: str = "") -> object:
    if isinstance(value, dict):
        return {name: _value(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner, key) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    is_reference = key.lower() in _ID_KEYS and _REFERENCE.fullmatch(str(value))
    if not isinstance(value, str):
        return value if is_reference else "•• number"
    return value if is_reference else _text(value)


def _statement(statement: str) -> str:
    return _LITERAL.sub(lambda literal: f"'{_literal(literal[1])}'", statement)


def _literal(text: str) -> str:
    """A check, as in isperson = 'F', and blanks are no secret."""
    return text if len(text) == 1 or not text.strip() else _text(text)


def _text(text: str) -> str:
    if not text or _is_id(text):
        return text
    return f"•• text, {len(text):,} character{'' if len(text) == 1 else 's'}"


def _is_id(text: str) -> bool:
    """Whether it is the id of a record in Salesforce, or an external id that is made of one."""
    if _SHORT_ID.fullmatch(text):
        return True
    found = _EXTERNAL_ID.fullmatch(text)
    return found is not None and found[1][15:] == id_suffix(found[1][:15])
