"""The registry of what the API can be asked: each view says what it takes and answers, and is described from that.

A view gets the parts of its path and returns a value of its answer's type; it is encoded here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, make_response, request

from directory.catalogue.services import Catalogue
from directory.search.query import QueryError
from directory.web.errors import problem

PREFIX = "/api/v1"
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
    operation may answer with, beside those that every one may.
    """

    path: str
    name: str
    summary: str
    description: str
    answer: Any
    view: View
    parameters: Callable[[Catalogue], tuple[Parameter, ...]]
    errors: tuple[HTTPStatus, ...]

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
            view=_answering(view, has_query=has_query),
            parameters=parameters,
            errors=errors,
        )

    return made


def _answering(view: View, *, has_query: bool) -> Callable[..., Response]:
    @wraps(view)
    def respond(**path: str) -> Response:
        if request.args and not has_query:
            return refused(dict.fromkeys(request.args, "this address takes no such parameter"))
        try:
            return as_json(view(**path))
        except QueryError as error:
            return refused(error.errors)

    return respond


def refused(errors: Mapping[str, str]) -> Response:
    """Return the 400 that names each parameter and what is wrong with it."""
    detail = "; ".join(f"{name}: {message}" for name, message in errors.items())
    response = problem(HTTPStatus.BAD_REQUEST, detail, errors=dict(errors))
    response.headers["Cache-Control"] = "no-store"
    return response


_encoder = msgspec.json.Encoder(decimal_format="number")


def as_json(value: Any) -> Response:  # noqa: ANN401 - anything that msgspec encodes
    """Return a value as a JSON answer; decimals become numbers, exactly."""
    response = make_response(_encoder.encode(value))
    response.content_type = "application/json"
    return response
