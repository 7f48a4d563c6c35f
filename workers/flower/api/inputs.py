"""From a request to what an endpoint is given. What does not fit is refused in one sentence."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.models import account_id
from app.texts import place
from workers.flower.api.endpoint import Endpoint
from workers.flower.api.outcome import BadRequest, Failed

_RECOVERY = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_SHOWN = 5
"""How many problems one answer names."""
_SCALARS = ("bool", "int", "float", "str", "constrained-str")
"""What pydantic calls the members of a union, each of which has a problem of its own."""
_OTHER_TYPES = ("bool_type", "int_type", "float_type", "string_type")


def read_path(given: Mapping[str, str]) -> dict[str, str]:
    """The path's parameters; an account in its long form.

    Raises:
        RecordNotFound: an account's id is malformed.
        Failed: (404) what is no recovery's id.
    """
    read = dict(given)
    if "account" in read:
        read["account"] = account_id(read["account"])
    if not _RECOVERY.fullmatch(read.get("recovery", "0")):
        raise Failed(HTTPStatus.NOT_FOUND, "RecordNotFound", "There is no such recovery.")
    return read


def read_query(endpoint: Endpoint, given: Mapping[str, list[bytes]]) -> BaseModel:
    """
    Raises:
        BadRequest: a parameter is unknown, malformed, or there twice.
    """
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        raise BadRequest(f"{twice[0][:40]}: is there twice.")
    try:
        fields = {name: values[0].decode() for name, values in given.items()}
        return endpoint.query.model_validate(fields)
    except UnicodeDecodeError:
        raise BadRequest("The query is no UTF-8 text.") from None
    except ValidationError as invalid:
        raise BadRequest(_words(invalid)) from None


def read_body(endpoint: Endpoint, content_type: str, body: bytes) -> BaseModel | None:
    """Nothing sent is the same as {}.

    Raises:
        Failed: (415) it is not JSON by its content type.
        BadRequest: it is no JSON object, or one of its fields is unknown or malformed.
    """
    if body and content_type.partition(";")[0].strip().lower() != "application/json":
        words = "Send JSON, with Content-Type: application/json."
        raise Failed(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "NotJson", words)
    if endpoint.body is None:
        if body.strip() not in (b"", b"{}"):
            raise BadRequest("No body is wanted here, or an empty object.")
        return None
    try:
        return endpoint.body.model_validate_json(body or b"{}", strict=True)
    except ValidationError as invalid:
        raise BadRequest(_words(invalid)) from None


def _words(invalid: ValidationError) -> str:
    """Each problem with the place it is in; what was sent is not repeated."""
    errors: dict[str, list[ErrorDetails]] = {}
    for error in invalid.errors(include_url=False, include_input=False):
        errors.setdefault(_place(error["loc"]), []).append(error)
    shown = list(errors.items())[:_SHOWN]
    return " ".join(f"{where}: {_told(found)}" if where else _told(found) for where, found in shown)


def _place(path: tuple[int | str, ...]) -> str:
    is_of_a_union = len(path) > 1 and isinstance(path[-2], int) and path[-1] in _SCALARS
    steps = path[:-1] if is_of_a_union else path
    return place([step if isinstance(step, int) else step[:40] for step in steps])


def _told(found: list[ErrorDetails]) -> str:
    """What is wrong in one place: of a union the member whose type fits."""
    fits = [error for error in found if error["type"] not in _OTHER_TYPES]
    if len(found) > 1 and not fits:
        return "must be a text, a number, true or false."
    return f"{(fits or found)[0]['msg'].removeprefix('Value error, ').rstrip('.')}."
