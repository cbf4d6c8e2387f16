"""From the text of one line to a record of the right shape; what its values mean is checked elsewhere."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import msgspec

from directory.exchange.format import AnswerRecord, ProviderRecord
from directory.exchange.problems import MAX_PROBLEMS, Problems, shown
from directory.exchange.texts import clean

TEXTS_WITH_LINES = frozenset({"description", "note"})
STAND_INS: dict[str, Any] = {
    "name": "-",
    "website": "https://stand-in.example/",
    "value": 0,
    "as_of": "2000-01-01",
    "status": "unmet",
    "amount": 0,
    "currency": "EUR",
}
"""What stands in for a bad required value while the rest of the line is checked; the line is refused anyway."""

WHOLE = re.compile(r"-?\d{1,30}(?:\.0)?")
"""A whole number, also as tools write it that know no others than 2019.0; 1.000 may mean a thousand."""

EXPECTED = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`)?")
UNKNOWN_KEY = "isn't a key of the format"
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
COMPLAINTS = {
    re.compile(r"Object contains unknown field `([^`]*)`"): UNKNOWN_KEY,
    re.compile(r"Object missing required field `([^`]*)`"): "is required",
}
PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "date": "a date as YYYY-MM-DD",
    "null": "null",
}

Shape = TypeVar("Shape", bound=msgspec.Struct)


class _UnreadableError(ValueError):
    """The JSON is well formed and yet can't be read in one way only."""


def parse_line(text: str) -> tuple[ProviderRecord | None, Problems]:
    """Return the record of one line of JSON and what is wrong with its shape.

    There is a record even when there are problems, without the bad values, so that the rest can be
    checked too; None when nothing could be made of the line.
    """
    problems = Problems()
    try:
        raw = _load(text)
        if isinstance(raw, dict):
            return parse_object(raw, problems), problems
        problems.add("", f"must be one JSON object a line, not {WORDS[_kind(raw)]}")
    except RecursionError:
        problems.add("", "is nested too deeply")
    except _UnreadableError as error:
        problems.add("", str(error))
    return None, problems


def parse_object(raw: dict[str, Any], problems: Problems) -> ProviderRecord | None:
    """Return the record of a decoded object; its texts are cleaned."""
    raw = _cleaned(raw, "", "", problems)
    raw_answers = raw.pop("answers", msgspec.UNSET)
    record = _shaped(raw, ProviderRecord, "", problems)
    if record is None or raw_answers is msgspec.UNSET:
        return record
    return msgspec.structs.replace(record, answers=_answers(raw_answers, problems))


def _answers(raw: Any, problems: Problems) -> dict[str, AnswerRecord | None] | None:  # noqa: ANN401 - decoded JSON
    if raw is None:
        return None
    if not isinstance(raw, dict):
        problems.add("answers", f"must be an object, not {WORDS[_kind(raw)]}")
        return {}
    answers = {}
    for criterion, answer in raw.items():
        answers[criterion] = None if answer is None else _shaped(answer, AnswerRecord, f"answers.{criterion}", problems)
    return answers


def _load(text: str) -> Any:  # noqa: ANN401 - decoded JSON
    try:
        return json.loads(
            text, parse_float=_number, parse_constant=_refuse_constant, object_pairs_hook=_without_duplicates
        )
    except json.JSONDecodeError as error:
        raise _UnreadableError(_json_reason(error)) from error
    except _UnreadableError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise _UnreadableError("holds a number that is too long") from error


def _json_reason(error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return f"isn't one JSON object a line: more follows at column {error.colno}"
    return f"isn't JSON: {error.msg.removesuffix(' at')} at column {error.colno}"


def _number(text: str) -> Decimal | int:
    """Return a number that has a point or an exponent."""
    if WHOLE.fullmatch(text):
        return int(text.removesuffix(".0"))
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise _UnreadableError("holds a number that is too long") from error


def _refuse_constant(name: str) -> NoReturn:
    raise _UnreadableError(f"isn't JSON: {name} isn't a number")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _UnreadableError(f"has the key {shown(key)} twice")
            seen.add(key)
    return found


def _cleaned(value: Any, path: str, key: str, problems: Problems) -> Any:  # noqa: ANN401 - decoded JSON
    """Return a copy with every text cleaned; one that can't be is left out, with its reason."""
    if isinstance(value, str):
        try:
            return clean(value, has_lines=key in TEXTS_WITH_LINES)
        except ValueError as error:
            problems.add(path, str(error))
            return STAND_INS.get(key, "")
    if isinstance(value, dict):
        return _cleaned_object(value, f"{path}." if path else "", problems)
    if isinstance(value, list):
        return [_cleaned(item, f"{path}[{index}]", "", problems) for index, item in enumerate(value)]
    return value


def _cleaned_object(raw: dict[str, Any], prefix: str, problems: Problems) -> dict[str, Any]:
    """Return an object cleaned, without keys that can't be of the format: those could hold anything."""
    kept = {}
    for name, value in raw.items():
        if KEY.fullmatch(name):
            kept[name] = _cleaned(value, prefix + name, name, problems)
        else:
            problems.add(prefix + name[:60], UNKNOWN_KEY)
    return kept


def _shaped(raw: Any, shape: type[Shape], path: str, problems: Problems) -> Shape | None:  # noqa: ANN401 - decoded JSON
    """Return `raw` as a struct, taking out what doesn't fit until the rest does."""
    for _ in range(MAX_PROBLEMS):
        try:
            return msgspec.convert(raw, shape)
        except msgspec.ValidationError as error:
            if not _take_out(raw, str(error), path, problems):
                return None
    return None


def _take_out(raw: Any, message: str, path: str, problems: Problems) -> bool:  # noqa: ANN401 - decoded JSON
    """Write down what msgspec complains of and mend it; False when it can't be."""
    found = PLACE.search(message)
    steps = [int(index) if index else name for index, name in STEP.findall(found[1] if found else "")]
    for pattern, complaint in COMPLAINTS.items():
        if about := pattern.match(message):
            steps.append(about[1])
            problems.add(_joined(path, steps), complaint)
            break
    else:
        problems.add(_joined(path, steps), _reason(message))
    return bool(steps) and _mend(raw, steps)


def _mend(raw: Any, steps: list[int | str]) -> bool:  # noqa: ANN401 - decoded JSON
    parent = raw
    for step in steps[:-1]:
        parent = parent[step]
    last = steps[-1]
    if isinstance(last, int):
        parent[last] = {"name": "-"} if not isinstance(parent[last], dict) and len(steps) == 2 else ""
    elif last in STAND_INS and not (last == "name" and len(steps) > 1 and steps[-2] in {"customer", "source"}):
        parent[last] = STAND_INS[last]
    else:
        parent.pop(last, None)
    return True


def _reason(message: str) -> str:
    if "RFC3339" in message:
        return "must be a day that exists, as YYYY-MM-DD"
    expected = EXPECTED.match(message)
    if expected is None:
        return "must be a number such as 12000 or 99.95" if "decimal" in message else "isn't of the right kind"
    wanted = [WORDS.get(kind, kind) for kind in expected[1].split(" | ") if kind != "null"]
    got = WORDS.get(expected[2] or "", "")
    if expected[1].startswith("int") and expected[2] in {"float", "decimal"}:
        got = "one with decimals"
    return f"must be {' or '.join(wanted)}" + (f", not {got}" if got and got not in wanted else "")


def _kind(value: Any) -> str:  # noqa: ANN401 - decoded JSON
    kinds = ((bool, "bool"), (int, "int"), (Decimal, "decimal"), (str, "str"), (list, "array"), (dict, "object"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "null")


def _joined(path: str, steps: list[int | str]) -> str:
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
