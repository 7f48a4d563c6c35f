"""SuiteQL over the mirror: read-only, by an authorizer that lets nothing else through."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from simulators.netsuite import views
from simulators.netsuite.errors import ApiError, invalid_parameter
from simulators.netsuite.mirror import TABLES
from simulators.netsuite.sqlfunctions import ALLOWED, add_functions, shown_date
from simulators.netsuite.store import Store
from simulators.netsuite.syntax import Query, Unsupported, parse

MAX_ROWS = 100_000
_UNSUPPORTED = "Search error occurred: Invalid or unsupported search."
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$#]*")
_ACTIONS = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))


class SuiteQL:
    """The query service of one account."""

    def __init__(self, store: Store, settings: Mapping[str, Any]) -> None:
        self._store = store
        self._settings = settings
        self._views: frozenset[str] = frozenset()
        self._built_for = ""
        self._connection = sqlite3.connect(
            store.mirror.uri, uri=True, check_same_thread=False, isolation_level=None
        )
        add_functions(self._connection)
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_authorizer(self._authorize)

    def run(self, text: str, parameters: Sequence[str | int | float]) -> list[dict[str, str]]:
        """All rows of a query: lower-case names, texts only, nulls left out.

        Raises:
            ApiError: INVALID_PARAMETER on ``q``, in NetSuite's words where they are known.
        """
        self._refresh()
        try:
            query = parse(text)
            self._check_names(query)
            if query.marks != len(parameters):
                raise Unsupported("the number of parameters differs from that of the marks")
            cursor = self._connection.execute(query.sql, parameters)
            rows = cursor.fetchmany(MAX_ROWS)
            names = _names([column[0] for column in cursor.description])
            cursor.close()
        except (Unsupported, OverflowError, UnicodeEncodeError) as error:
            raise _refusal(_UNSUPPORTED) from error
        except sqlite3.Error as error:
            raise self._translated(error, query) from error
        return [_row(names, row) for row in rows]

    def _refresh(self) -> None:
        self._store.mirror.settle()
        wanted = views.relevant(self._settings)
        if wanted != self._built_for:
            self._views = views.rebuild(self._store.mirror.connection, self._settings)
            self._built_for = wanted

    def _check_names(self, query: Query) -> None:
        """The tables behind the views are no record types."""
        hidden = sorted(n for n in query.names if n in TABLES or n.startswith("sqlite_"))
        if hidden:
            raise _refusal(f"Invalid search type: {hidden[0]}.")

    def _authorize(
        self, action: int, first: str | None, second: str | None, _: str | None, source: str | None
    ) -> int:
        if action in _ACTIONS:
            allowed = True
        elif action == sqlite3.SQLITE_READ:
            allowed = first in self._views or first in TABLES
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = second in ALLOWED or source in self._views or second == "json_extract"
        else:
            allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def _translated(self, error: sqlite3.Error, query: Query) -> ApiError:
        message = str(error)
        if found := re.match(r"no such table: (?:main\.)?(\S+)", message):
            return _refusal(f"Invalid search type: {found[1]}.")
        if found := re.match(r"no such column: (?:[^.]+\.)?(\S+)", message):
            known = ", ".join(f"{alias}={table}" for alias, table in query.sources.items())
            return _refusal(
                f"Search error occurred: Unknown identifier '{found[1]}'. "
                f"Available identifiers are: {{{known}}}."
            )
        return _refusal(_UNSUPPORTED)


def _refusal(reason: str) -> ApiError:
    return invalid_parameter(
        "q", f"Invalid search query. Detailed unprocessed description follows. {reason}"
    )


def _names(columns: Sequence[str]) -> list[str]:
    """Result keys; an expression without alias is ``expr1`` and so on."""
    names = []
    for number, column in enumerate(columns, start=1):
        last = column.rsplit(".", 1)[-1].strip()
        names.append(last.lower() if _PLAIN_NAME.fullmatch(last) else f"expr{number}")
    return names


def _row(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    return {
        name: _shown(value) for name, value in zip(names, row, strict=True) if value is not None
    }


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return shown_date(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
