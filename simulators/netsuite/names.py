"""Property names: what a misspelt or unavailable one causes.

Header ``X-NetSuite-PropertyNameValidation``: Warning (default) drops the property and says so in a
response header only; Error refuses the request; Ignore drops it silently (section_156570709583).
"""

from collections.abc import Mapping
from typing import Any

from simulators.netsuite.errors import ApiError, invalid_content
from simulators.netsuite.fields import Field

HEADER = "X-NetSuite-PropertyNameValidation"
_LINE_NAMES_WORDS = """
    addressBookAddress addressBookAddress_text addressId defaultBilling defaultShipping id
    internalId isResidential label lastModifiedDate links refName
"""
LINE_NAMES = frozenset(_LINE_NAMES_WORDS.split())
_ADDRESS_NAMES_WORDS = """
    addr1 addr2 addr3 addrPhone addrText addressee attention city country externalId
    lastModifiedDate links override refName state zip
"""
ADDRESS_NAMES = frozenset(_ADDRESS_NAMES_WORDS.split())
_CURRENCY_NAMES_WORDS = """
    balance consolBalance consolDepositBalance consolOverdueBalance consolUnbilledOrders
    currency depositBalance displaySymbol links overdueBalance overrideCurrencyFormat refName
    symbolPlacement unbilledOrders
"""
CURRENCY_NAMES = frozenset(_CURRENCY_NAMES_WORDS.split())
_LISTS = {"addressBook": LINE_NAMES, "currencyList": CURRENCY_NAMES}


def validation_mode(headers: Mapping[str, str]) -> str:
    """``error``, ``warning`` or ``ignore``.

    Raises:
        ApiError: INVALID_HEADER for another value.
    """
    mode = headers.get(HEADER, "Warning").lower()
    if mode not in ("error", "warning", "ignore"):
        detail = f"Invalid value of the header '{HEADER}'. Use Error, Warning or Ignore."
        raise ApiError(400, "INVALID_HEADER", detail, ("o:errorHeader", HEADER))
    return mode


def known_properties(
    body: dict[str, Any], fields: Mapping[str, Field], mode: str
) -> tuple[dict[str, Any], list[str]]:
    """The body without unknown properties, and the JSON paths of those.

    Raises:
        ApiError: INVALID_CONTENT with the first unknown path, in mode ``error``.
    """
    unknown: list[str] = []
    known = _only(body, frozenset(fields) | {"links", "refName"}, "", unknown)
    for sublist, names in _LISTS.items():
        content = known.get(sublist)
        if isinstance(content, dict) and isinstance(content.get("items"), list):
            lines = [
                _line(line, names, f"{sublist}.items[{index}].", unknown)
                for index, line in enumerate(content["items"])
            ]
            known[sublist] = {**content, "items": lines}
    if unknown and mode == "error":
        raise unknown_property(unknown[0])
    return known, unknown


def unknown_property(path: str) -> ApiError:
    """The refusal of a property name."""
    name = path.rsplit(".", 1)[-1]
    detail = f"The property '{name}' is not available for this resource. Provide a valid name."
    return invalid_content(detail, path)


def _line(line: Any, names: frozenset[str], prefix: str, unknown: list[str]) -> Any:
    if not isinstance(line, dict):
        return line
    known = _only(line, names, prefix, unknown)
    address = known.get("addressBookAddress")
    if isinstance(address, dict):
        inner = f"{prefix}addressBookAddress."
        known["addressBookAddress"] = _only(address, ADDRESS_NAMES, inner, unknown)
    return known


def _only(
    body: dict[str, Any], names: frozenset[str], prefix: str, unknown: list[str]
) -> dict[str, Any]:
    unknown += [prefix + name for name in body if name not in names]
    return {name: value for name, value in body.items() if name in names}
