"""Which generation a request is about, and whether it is the one that is there.

Sources: https://cloud.google.com/storage/docs/request-preconditions, /docs/json_api/v1/objects/rewrite.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from local.strict_bucket.answers import Refused

ABSENT = 0
"""The generation of an object that is not there, as ``ifGenerationMatch`` writes it."""

_OWN = ("ifGenerationMatch", "ifGenerationNotMatch", "generation")
_SOURCE = ("ifSourceGenerationMatch", "ifSourceGenerationNotMatch", "sourceGeneration")
ASKED = frozenset((*_OWN, *_SOURCE))
"""The parameters that are judged here; the server behind knows some of them, and each otherwise."""


def judge(parameters: Mapping[str, str], there: int, *, reading: bool) -> None:
    """Raise :class:`Refused` where the object of generation ``there`` is not what the request says it is."""
    _judge([_number(parameters, name) for name in _OWN], there, reading=reading)


def judge_source(parameters: Mapping[str, str], there: int) -> None:
    """Do the same for the source of a rewrite."""
    _judge([_number(parameters, name) for name in _SOURCE], there, reading=False)


def _judge(numbers: list[int | None], there: int, *, reading: bool) -> None:
    match, not_match, wanted = numbers
    if wanted is not None and wanted != there:
        raise Refused(HTTPStatus.NOT_FOUND, "No such object, or not of this generation.")
    if match is not None and match != there:
        raise _unmet()
    if not_match is not None and not_match == there:
        raise Refused(HTTPStatus.NOT_MODIFIED, "") if reading else _unmet()


def _unmet() -> Refused:
    return Refused(HTTPStatus.PRECONDITION_FAILED, "At least one of the pre-conditions you specified did not hold.")


def _number(parameters: Mapping[str, str], name: str) -> int | None:
    text = parameters.get(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise Refused(HTTPStatus.BAD_REQUEST, f"Invalid value for {name}.")
    return int(text)
