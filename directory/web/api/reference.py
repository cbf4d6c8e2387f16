"""The OpenAPI document laid out for a page: operations with parameters and answers, then the types. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
CODE = re.compile(r"`([^`]+)`")
SHOWN_VALUES = 12
"""An enumeration longer than this is folded away."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text; code is set apart."""

    text: str
    is_code: bool


Text = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type in words; `target` is the anchor of the type it names; `values` what it is limited to."""

    words: str
    target: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the values are too many to show at once."""
        return len(self.values) > SHOWN_VALUES


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an operation or a property of a type."""

    name: str
    kind: Kind
    description: Text
    is_required: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that an operation answers with."""

    status: str
    description: Text
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Section:
    """One operation."""

    anchor: str
    method: str
    path: str
    summary: str
    description: Text
    parameters: tuple[Field, ...]
    body: Kind | None
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Type:
    """One type: the properties of an object, or the values of an enumeration."""

    name: str
    description: Text
    fields: tuple[Field, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    introduction: tuple[Text, ...]
    sections: tuple[Section, ...]
    types: tuple[Type, ...]


def reference(document: Json) -> Reference:
    """Return the page for an OpenAPI document that `openapi.document` made."""
    components = document["components"]
    return Reference(
        introduction=tuple(spans(one) for one in document["info"]["description"].split("\n\n")),
        sections=tuple(
            _section(path, method, operation, components["responses"])
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ),
        types=tuple(_type(name, schema) for name, schema in sorted(components["schemas"].items())),
    )


def spans(text: str) -> Text:
    """Return a text in stretches, what stands in backticks being code; white space is folded."""
    parts = CODE.split(" ".join(text.split()))
    return tuple(Span(part, bool(number % 2)) for number, part in enumerate(parts) if part)


def _section(path: str, method: str, operation: Json, shared: Json) -> Section:
    responses, body = operation["responses"], operation.get("requestBody")
    good = next(one for status, one in responses.items() if status.startswith("2"))
    content = good.get("content", {}).get("application/json", {})
    return Section(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=spans(operation["description"]),
        parameters=tuple(
            Field(one["name"], _kind(one["schema"]), spans(one["description"]), one["required"])
            for one in operation["parameters"]
        ),
        body=_kind(body["content"]["application/json"]["schema"]) if body else None,
        answers=tuple(_answer(status, one, shared) for status, one in responses.items()),
        example=json.dumps(content["example"], indent=2, ensure_ascii=False) if "example" in content else "",
    )


def _answer(status: str, answer: Json, shared: Json) -> Answer:
    whole = shared[_name(answer)] if "$ref" in answer else answer
    schema = next((one["schema"] for one in whole.get("content", {}).values()), None)
    return Answer(status, spans(whole["description"]), _kind(schema) if schema else None)


def _type(name: str, schema: Json) -> Type:
    required = schema.get("required", ())
    fields = tuple(
        Field(key, _kind(one), spans(one.get("description", "")), key in required)
        for key, one in schema.get("properties", {}).items()
    )
    return Type(name, spans(schema.get("description", "")), fields, _values(schema))


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _values(schema: Json) -> tuple[str, ...]:
    return tuple(str(one) for one in schema.get("enum", ()))


def _kind(schema: Json) -> Kind:
    """Return a schema in words."""
    if "$ref" in schema:
        return Kind(_name(schema), _name(schema))
    if "anyOf" in schema:
        return _either([_kind(one) for one in schema["anyOf"]])
    if schema.get("type") == "array":
        return _several(schema)
    if isinstance(schema.get("additionalProperties"), Mapping):
        inner = _kind(schema["additionalProperties"])
        return Kind(f"object of {inner.words} by name", inner.target)
    words = schema.get("format") or schema.get("type") or "string"
    return Kind(words + _range(schema), values=_values(schema))


def _several(schema: Json) -> Kind:
    if "items" not in schema:
        return Kind("list")
    inner = _kind(schema["items"])
    return Kind(f"list of {inner.words}", inner.target, inner.values)


def _either(kinds: list[Kind]) -> Kind:
    target = next((one.target for one in kinds if one.target), "") if len(kinds) <= 2 else ""
    values = next((one.values for one in kinds if one.values), ())
    return Kind(" or ".join(one.words for one in kinds), target, values)


def _range(schema: Json) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least:,} to {most:,}"
    if least is not None:
        return f", {least:,} or more"
    return f", up to {schema['maxLength']} characters" if "maxLength" in schema else ""
