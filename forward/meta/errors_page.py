"""Writes ``docs/errors-of-meta.md`` from the tables in :mod:`forward.meta.errors`.

``python -m forward.meta.errors_page docs/errors-of-meta.md``; a test holds that the page is up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from forward.meta import errors as meta_errors
from forward.meta.errors import (
    ALL_REJECTED,
    BARE_REFUSAL,
    BY_CODE,
    BY_SUBCODE,
    NO_ANSWER,
    NO_TOKEN,
    TOO_LARGE,
    Kind,
    Meaning,
)

_WHAT_HAPPENS = {
    Kind.TRANSIENT: "The messages go back to Pub/Sub and come again with the same event ids; after three failures in a "
    "row, at once where Meta did not answer at all, the dataset pauses, up to 30 seconds at a time.",
    Kind.THROTTLED: "The dataset pauses at once, for as long as Meta's usage headers say.",
    Kind.UNCLEAR: "As transient. Where a message was delivered several times and still fails, the batch is searched: "
    "what Meta takes in smaller parts is sent, and what it does not take stays in the queue.",
    Kind.EVENT: "The event is found, goes to `signals-dead-letter` and gets a `rejected` outcome; the others are sent.",
    Kind.CONFIGURATION: "The dataset stops and an error with `event=circuit_open` is logged. Signals stay in the "
    "queue; every `PROBE_INTERVAL` seconds one batch tries whether it is mended. Nothing is dead-lettered for it.",
    Kind.TOO_LARGE: "The batch is sent in halves; an event that is too large alone is rejected.",
    Kind.MALFORMED: "As configuration: the fault is this program's.",
}


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join([*_head(), *_kinds(), *_table(), *_ours(), ""])


def _head() -> Iterator[str]:
    yield "# Meta's errors, and what forward does about them"
    yield ""
    yield "Written by `python -m forward.meta.errors_page docs/errors-of-meta.md` from `forward/meta/errors.py`."
    yield "An error is judged by `code`, `error_subcode` and `is_transient`, never by its text: texts are localised and"
    yield "change. `is_transient: true` and negative codes are transient whatever the table says; an answer without an"
    yield f"error of Meta's (a proxy's page, no body) is `{meta_errors.UNAVAILABLE.reason}`, with HTTP status 429"
    yield f"`{meta_errors.THROTTLED.reason}`; no answer at all is `{NO_ANSWER.reason}`; HTTP status 413 is"
    yield f"`{TOO_LARGE.reason}`; a code that is not listed is `unknown_error`, of kind unclear."
    yield ""


def _kinds() -> Iterator[str]:
    yield from ("| kind | what happens |", "| --- | --- |")
    yield from (f"| {kind.value} | {_WHAT_HAPPENS[kind]} |" for kind in Kind)
    yield ""


def _table() -> Iterator[str]:
    yield from ("| code | subcode | kind | reason | field | what to do |", "| --- | --- | --- | --- | --- | --- |")
    for (code, subcode), known in sorted(BY_SUBCODE.items()):
        yield f"| {code} | {subcode} | {_cells(known)} |"
    for codes, known in _runs(BY_CODE):
        yield f"| {codes} | | {_cells(known)} |"
    yield ""


def _ours() -> Iterator[str]:
    yield "Reasons that forward finds itself:"
    yield ""
    yield from ("| reason | what to do |", "| --- | --- |")
    yield from (f"| {known.reason} | {known.remedy} |" for known in (NO_TOKEN, BARE_REFUSAL, ALL_REJECTED))


def _cells(known: Meaning) -> str:
    return f"{known.kind.value} | {known.reason} | {known.field or ''} | {known.remedy}"


def _runs(table: Mapping[int, Meaning]) -> Iterator[tuple[str, Meaning]]:
    """Yield consecutive codes of one meaning as ``first–last``."""

    def place(numbered: tuple[int, tuple[int, Meaning]]) -> Any:
        index, (code, known) = numbered
        return code - index, known

    for _, run in groupby(enumerate(sorted(table.items())), key=place):
        entries = [entry for _, entry in run]
        first, last = entries[0][0], entries[-1][0]
        yield (str(first) if first == last else f"{first}–{last}"), entries[0][1]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
