"""An answer's body, whatever it is: no bytes from outside may raise what is no error of ours."""

import httpx


def json_of(response: httpx.Response) -> object:
    """The body as JSON; None where it is none, or so deeply nested that nobody meant it. NaN and
    Infinity, which Python would take, are no JSON.
    """
    try:
        return response.json(parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def words_of(response: httpx.Response) -> str:
    """The body as text, for people. The encoding that it names may be another than it has."""
    try:
        return response.text
    except (ValueError, LookupError):
        return response.content.decode(errors="replace")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
