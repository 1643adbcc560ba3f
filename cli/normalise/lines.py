"""What ``omnicapi normalise`` does: the pipeline's own normaliser, shown to a person or to a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import msgspec
import typer

from handle.customer import normaliser
from handle.customer.fields import FIELDS
from handle.customer.options import DEFAULT, CustomerOptions
from handle.customer.places.country_codes import alpha2
from handle.customer.steps import Normalised
from omnicapi.validation import NOT_JSON

BAD_LINE = "bad_line"
"""The reason of a line that is not what ``--jsonl`` reads."""

UNKNOWN_FIELD = "unknown_field"
"""The reason of a line whose field Meta does not have."""


class Request(msgspec.Struct):
    """One line in. A number counts as the text it is written with, an unknown country as none."""

    field: str
    input: str | int | float
    country: str | None = None


class Answer(msgspec.Struct):
    """One line out."""

    normalised: str | None = None
    sha256: str | None = None
    reason: str | None = None


_decode = msgspec.json.Decoder(Request).decode
_encode = msgspec.json.Encoder().encode


Clock = Callable[[], float]
"""Unix seconds, UTC: birth dates and click ids are judged against it, as the pipeline judges them."""


def normalise_lines(lines: BinaryIO, answers: BinaryIO, clock: Clock) -> None:
    """Answer each line with a line, in order, as it comes; no line stops those after it."""
    for line in lines:
        answers.write(_encode(_answer_line(line, clock())) + b"\n")
        answers.flush()


def _answer_line(line: bytes, now: float) -> Answer:
    try:
        request = _decode(line)
    except NOT_JSON:
        return Answer(reason=BAD_LINE)
    if request.field not in FIELDS:
        return Answer(reason=UNKNOWN_FIELD)
    options = DEFAULT.in_country(request.country)
    return _answer(request.field, normaliser.normalise(request.field, str(request.input), options, now))


def _answer(field: str, result: Normalised) -> Answer:
    sha256 = result.value if FIELDS[field].hashed else None
    return Answer(result.plain, sha256, None if result.reason is None else result.reason.value)


def show_one(field: str, value: str, country: str | None, clock: Clock, *, explain: bool) -> bool:
    """Print what becomes of one value at this moment and say whether it is sent.

    Raises ``typer.BadParameter`` for a field that Meta does not have, or a country that is none.
    """
    if field not in FIELDS:
        raise typer.BadParameter(f"{field} is not a field of customer information; the fields are {', '.join(FIELDS)}.")
    options, now = _options(country), clock()
    result = normaliser.normalise(field, value, options, now)
    lines = [*(normaliser.explain(field, value, options, now) if explain else ()), *_lines(field, result)]
    width = max(len(name) for name, _ in lines)
    for name, text in lines:
        typer.echo(f"{name:<{width}}  {text}")
    return result.value is not None


def _options(country: str | None) -> CustomerOptions:
    if country is not None and alpha2(country) is None:
        raise typer.BadParameter(f"{country} is neither an ISO 3166-1 code nor the name of a country known here.")
    return DEFAULT.in_country(country)


def _lines(field: str, result: Normalised) -> list[tuple[str, str]]:
    answer = _answer(field, result)
    lines = [(name, text) for name, text in (("normalised", answer.normalised), ("sha256", answer.sha256)) if text]
    if result.reason is not None:
        lines.append(("reason", f"{result.reason.value}: {result.reason.meaning} {result.reason.remedy}"))
    return lines
