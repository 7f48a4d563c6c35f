"""The description of the API, OpenAPI 3.1, made from the tables of endpoints."""

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from workers.flower.api.endpoint import Endpoint

BASE = "/api/closedwon"

_REFERENCE = "#/components/schemas/{model}"
_ACCOUNT = {
    "description": "An Account's id, with 15 or 18 characters.",
    "schema": {"type": "string", "pattern": "^001[0-9A-Za-z]{12}([0-9A-Z]{3})?$"},
    "example": "001Ws00003abcdeIAA",
}
_PATH = {
    "account": _ACCOUNT,
    "recovery": {
        "description": "A recovery's id.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{1,64}$"},
    },
}
_ALWAYS = {
    400: "A part of the request is malformed.",
    401: "Nobody is logged in.",
    413: "The body is too large.",
    429: "Too many wrong passwords came from this address.",
    500: "A bug: Flower's log has the traceback.",
    503: "Redis, Salesforce or NetSuite does not answer, or not in time.",
}
_OF_WRITES = {
    403: "The caller is no admin, Flower is read-only, or the token is missing.",
    404: "There is no such record.",
    409: "The record is not in the state that this needs.",
    411: "The body comes without its length.",
    415: "The body is not sent as JSON.",
}
_DESCRIPTION = """\
What the pages show and do. Operators read; admins, whom FLOWER_ADMINS names, act.

Whatever is no GET wants a token against forged requests: the header `X-Xsrftoken` must repeat the
cookie `_xsrf`. A program may choose both itself: `-b _xsrf=abc -H 'X-Xsrftoken: abc'`.

Times are epoch seconds. Errors are JSON: the name of the kind, and a sentence for a person.
"""


class Error(BaseModel):
    """Whatever went wrong: the name of the kind, and a sentence."""

    error: str
    message: str


def describe(endpoints: Sequence[Endpoint], site: str, *, oauth: bool) -> dict[str, Any]:
    """The whole description. `site`: what every path begins with; `oauth`: sessions in place of
    logins.
    """
    bodies: list[type[BaseModel]] = [endpoint.body for endpoint in endpoints if endpoint.body]
    answers: list[type[BaseModel]] = [*(endpoint.answer for endpoint in endpoints), Error]
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((body, "validation") for body in dict.fromkeys(bodies)),
        *((answer, "serialization") for answer in dict.fromkeys(answers)),
    ]
    references, definitions = models_json_schema(modes, ref_template=_REFERENCE)
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, references)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "closedwon",
            "version": version("closedwon"),
            "description": _DESCRIPTION,
        },
        "servers": [{"url": f"{site}{BASE}"}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": _security(oauth=oauth),
        },
        "security": [{"session" if oauth else "login": []}],
    }


def _operation(endpoint: Endpoint, references: Any) -> dict[str, Any]:
    error = {"application/json": {"schema": references[Error, "serialization"]}}
    answer = {"application/json": {"schema": references[endpoint.answer, "serialization"]}}
    failures = _ALWAYS | (_OF_WRITES if endpoint.for_admins else {404: _OF_WRITES[404]})
    operation: dict[str, Any] = {
        "operationId": endpoint.call.__name__ + endpoint.path.replace("/", "_"),
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint),
        "responses": {
            "200": {"description": HTTPStatus.OK.phrase, "content": answer},
            **{
                str(status): {"description": words, "content": error}
                for status, words in sorted(failures.items())
            },
        },
    }
    if endpoint.for_admins:
        operation["description"] = "For admins."
    if endpoint.body:
        content = {"application/json": {"schema": references[endpoint.body, "validation"]}}
        is_required = any(field.is_required() for field in endpoint.body.model_fields.values())
        operation["requestBody"] = {"content": content, "required": is_required}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = [{"name": n, "in": "path", "required": True} | _PATH[n] for n in endpoint.parameters]
    schema = endpoint.query.model_json_schema(schema_generator=_Inline)
    for name, field in schema.get("properties", {}).items():
        is_required = name in schema.get("required", ())
        found.append({"name": name, "in": "query", "required": is_required, "schema": field})
    if endpoint.for_admins:
        found.append(
            {
                "name": "X-Xsrftoken",
                "in": "header",
                "required": True,
                "description": "Repeats the cookie `_xsrf`.",
                "schema": {"type": "string", "minLength": 1},
            }
        )
    return found


class _Inline(GenerateJsonSchema):
    """Of queries, whose fields are plain: a field that may be left out is never `null`."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        found = super().default_schema(schema)
        if found.get("default", "") is None:
            del found["default"]
        return found


def _security(*, oauth: bool) -> dict[str, Any]:
    if oauth:
        return {"session": {"type": "apiKey", "in": "cookie", "name": "user"}}
    return {"login": {"type": "http", "scheme": "basic"}}
