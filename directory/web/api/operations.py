"""The registry of what the API can be asked: each view says what it takes and answers, and is described from that.

A view gets the parts of its path, and what was sent where it takes a body, and returns a value of its answer's type;
bodies are decoded and answers encoded here. A view whose answer is the same for all returns that, encoded already.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, abort, make_response, request

from directory.catalogue.services import Catalogue
from directory.search.query import QueryError
from directory.web.errors import problem

PREFIX = "/api/v1"
FIELD = re.compile(r" - at `\$\.(\w+)")
"""Where a decoder's complaint names the field of the body."""
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; `schema` is JSON Schema, of one value where it `is_repeatable`.

    `several` says, in JSON Schema too, how many values a repeatable one takes; with a least number it is required.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    where: str = "query"
    is_repeatable: bool = False
    example: Any = None
    several: Mapping[str, Any] = field(default_factory=dict)


def no_parameters(_catalogue: Catalogue) -> tuple[Parameter, ...]:
    """Take nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: `path` as OpenAPI writes it, below the prefix; `name` is endpoint and operation id.

    `parameters` gives what it takes under the catalogue in force; `errors` are statuses that only this
    operation may answer with, beside those that every one may. Where it takes a `body`, of that type, it is a POST
    that makes something; where its `answer` is None, it is a DELETE. `narrow` writes the ids that the catalogue in
    force allows into the types' schemas.
    `is_private`: what it answers is for whoever has the address, and is kept nowhere on the way.
    """

    path: str
    name: str
    summary: str
    description: str
    answer: Any
    view: View
    parameters: Callable[[Catalogue], tuple[Parameter, ...]]
    errors: tuple[HTTPStatus, ...]
    body: Any = None
    narrow: Callable[[dict[str, Any], Catalogue], None] | None = None
    is_private: bool = False

    @property
    def method(self) -> str:
        """How it is asked."""
        if self.answer is None:
            return "DELETE"
        return "GET" if self.body is None else "POST"

    @property
    def rule(self) -> str:
        """Return the address as Flask writes it."""
        return PREFIX + self.path.replace("{", "<").replace("}", ">")


def operation(
    path: str,
    *,
    answer: Any,  # noqa: ANN401 - any type that msgspec describes
    parameters: Callable[[Catalogue], tuple[Parameter, ...]] = no_parameters,
    errors: tuple[HTTPStatus, ...] = (),
    has_query: bool = False,
    body: Any = None,  # noqa: ANN401 - as above
    narrow: Callable[[dict[str, Any], Catalogue], None] | None = None,
    is_private: bool = False,
) -> Callable[[View], Operation]:
    """Make an operation of a view; its docstring becomes summary (first line) and description (the rest).

    Without `has_query` any query parameter is refused by name; a view with one refuses by `QueryError`.
    """

    def made(view: View) -> Operation:
        summary, _, description = (view.__doc__ or "").partition("\n")
        return Operation(
            path=path,
            name=view.__name__,
            summary=summary.rstrip("."),
            description=" ".join(description.split()),
            answer=answer,
            view=_answering(view, has_query=has_query, body=body, is_private=is_private),
            parameters=parameters,
            errors=errors,
            body=body,
            narrow=narrow,
            is_private=is_private,
        )

    return made


def _answering(view: View, *, has_query: bool, body: Any, is_private: bool) -> Callable[..., Response]:  # noqa: ANN401 - as above
    @wraps(view)
    def respond(**path: str) -> Response:
        if request.args and not has_query:
            return refused(dict.fromkeys(request.args, "this address takes no such parameter"))
        try:
            found = view(**path) if body is None else view(_sent(body), **path)
        except QueryError as error:
            return refused(error.errors)
        response = _response(found)
        if body is not None:
            response.status_code = HTTPStatus.CREATED
        if is_private:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return respond


def _response(found: Any) -> Response:  # noqa: ANN401 - what a view returned
    if found is None:
        response = make_response("", HTTPStatus.NO_CONTENT)
        del response.headers["Content-Type"]
        return response
    return found if isinstance(found, Response) else as_json(found)


def _sent(body: Any) -> Any:  # noqa: ANN401 - as above
    """Return what was sent, as a value of the body's type; 415 for anything but JSON, QueryError for what isn't one."""
    if request.mimetype != "application/json":
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return msgspec.convert(_with_whole_numbers(msgspec.json.decode(request.get_data())), type=body)
    except msgspec.DecodeError as error:  # broken JSON, or JSON of another shape
        place = FIELD.search(str(error))
        raise QueryError({place[1] if place else "body": str(error)}) from error
    except RecursionError as error:
        raise QueryError({"body": "is nested too deep"}) from error


def _with_whole_numbers(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON in which 1.0 is 1: to JSON Schema both are integers."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refused(errors: Mapping[str, str]) -> Response:
    """Return the 400 that names each parameter and what is wrong with it."""
    detail = "; ".join(f"{name}: {message}" for name, message in errors.items())
    response = problem(HTTPStatus.BAD_REQUEST, detail, errors=dict(errors))
    response.headers["Cache-Control"] = "no-store"
    return response


encoder = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Any) -> Response:  # noqa: ANN401 - anything that msgspec encodes
    """Return a value as a JSON answer; decimals become numbers, exactly."""
    response = make_response(encoder.encode(value))
    response.content_type = "application/json"
    return response
