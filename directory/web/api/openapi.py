"""The OpenAPI 3.1 document, made from the operations and the types of their answers.

The values that taxonomy and checklist allow are part of it, so it follows the versions in force: an
id that isn't listed is refused, and a client can fill its menus from here.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from directory.catalogue.services import Catalogue
from directory.web.api import examples
from directory.web.api.operations import PREFIX, Operation, Parameter
from directory.web.api.shapes import Problem

Json = dict[str, Any]
REF = "#/components/schemas/{name}"
INTRODUCTION = """\
Firms that build AI-agent systems, with their production figures and the evidence behind each of them.

Reading needs no key and works from any website (CORS). Every answer carries an `ETag`; send it back as
`If-None-Match` and an unchanged answer is an empty 304. Errors are `application/problem+json` (RFC 9457);
a 400 names each parameter that is to blame, and an unknown parameter is an error, not ignored.
An assessment is made by one POST, of which its address is the only key: nobody else finds it, or deletes it.
Entries with `"demo": true` are fictional.
"""
ERRORS = {
    HTTPStatus.BAD_REQUEST: ("BadRequest", "A parameter is unknown or has a bad value; `errors` names it."),
    HTTPStatus.NOT_FOUND: ("NotFound", "There is no such thing, or it isn't public; or the page is past the end."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("TooLarge", "More was sent than is taken at once."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("NotJson", "What was sent isn't `application/json`."),
    HTTPStatus.TOO_MANY_REQUESTS: ("TooMany", "Too many were made from one place within an hour; try again later."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Unavailable", "A part that this needs doesn't answer; try again later."),
}
ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
OF_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.TOO_MANY_REQUESTS)
ETAG = {"description": "Identifies this state of the answer.", "schema": {"type": "string"}}
RETRY = {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}


def document(operations: Iterable[Operation], base_url: str, catalogue: Catalogue) -> Json:
    """Return the document as JSON values; `base_url` is where the addresses begin."""
    known = tuple(operations)
    types = [Problem, *(one.answer for one in known), *(one.body for one in known)]
    refs, schemas = msgspec.json.schema_components(types, ref_template=REF)
    answers, bodies = refs[1 : len(known) + 1], refs[len(known) + 1 :]
    for one in known:
        if one.narrow is not None:
            one.narrow(schemas, catalogue)
    paths: dict[str, Json] = {PREFIX + one.path: {} for one in known}
    for one, answer, body in zip(known, answers, bodies, strict=True):
        paths[PREFIX + one.path][one.method.lower()] = _operation(one, answer, body, catalogue)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Find the Makers",
            "version": "1",
            "summary": "A directory in which every figure carries its evidence.",
            "description": INTRODUCTION,
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": _as_numbers(schemas),
            "responses": {name: _error(status, text) for status, (name, text) in ERRORS.items()},
        },
    }


def _operation(one: Operation, answer: Json, body: Json, catalogue: Catalogue) -> Json:
    good: Json = {"schema": answer}
    if one.name in examples.BY_OPERATION:
        good["example"] = examples.BY_OPERATION[one.name]
    makes = one.body is not None
    statuses = sorted({*ALWAYS, *one.errors, *(OF_BODIES if makes else ())})
    described: Json = {
        "operationId": one.name,
        "summary": one.summary,
        "description": one.description,
        "parameters": [_parameter(parameter) for parameter in one.parameters(catalogue)],
        "responses": {
            **FINE[one.method](good),
            **{str(int(code)): {"$ref": f"#/components/responses/{ERRORS[code][0]}"} for code in statuses},
        },
    }
    if makes:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return described


def _found(good: Json) -> Json:
    return {
        "200": {"description": "Found.", "headers": {"ETag": ETAG}, "content": {"application/json": good}},
        "304": {"description": "Unchanged since the `ETag` sent as `If-None-Match`; no content."},
    }


def _made(good: Json) -> Json:
    return {"201": {"description": "Made.", "content": {"application/json": good}}}


def _deleted(_good: Json) -> Json:
    return {"204": {"description": "Deleted; no content."}}


FINE = {"GET": _found, "POST": _made, "DELETE": _deleted}
"""By method: what is answered when all is well."""


def _parameter(parameter: Parameter) -> Json:
    is_path = parameter.where == "path"
    schema: Json = dict(parameter.schema)
    described: Json = {"name": parameter.name, "in": parameter.where, "description": parameter.description}
    if parameter.is_repeatable:
        described |= {"style": "form", "explode": True}
        schema = {"type": "array", "items": schema, **parameter.several}
    is_required = is_path or bool(parameter.several.get("minItems"))
    described |= {"required": True} if is_required else {"required": False, "allowEmptyValue": True}
    if parameter.example is not None:
        described["example"] = parameter.example
    return {**described, "schema": schema}


def _error(status: HTTPStatus, text: str) -> Json:
    content = {"schema": {"$ref": REF.format(name="Problem")}}
    answer: Json = {"description": text, "content": {"application/problem+json": content}}
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        answer["headers"] = {"Retry-After": RETRY}
    return answer


def _as_numbers(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the node with decimals described as what they are encoded as: numbers."""
    if isinstance(node, list | tuple):
        return [_as_numbers(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _as_numbers(value) for key, value in node.items()}
    if found.get("format") == "decimal":
        del found["format"]
        found["type"] = "number"
        if isinstance(found.get("default"), str):
            found["default"] = float(found["default"])
    return found
