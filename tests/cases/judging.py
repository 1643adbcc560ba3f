"""What of a public case does not hold: the checks of a run, each giving its faults as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.cases.command import Command, NoAnswer
from tests.cases.matchers import as_list, matches, says

Line = dict[str, Any]
Faults = list[str]


def faults(command: Command, block: dict[str, Any]) -> Faults:
    """Return what ``block``, a run or one of its alternatives, expects and does not get."""
    found: Faults = []
    for key, check in _CHECKS.items():
        if key in block:
            try:
                found += check(command, block[key])
            except NoAnswer as why:
                found.append(f"{key}: no answer to judge: {why}")
    return found


def _either(command: Command, alternatives: list[dict[str, Any]]) -> Faults:
    return _one_of([faults(command, block) for block in alternatives])


def _ready(command: Command, want: Any) -> Faults:
    ready = sum(line["verdict"] == "ready" for line in command.lines)
    return [] if matches(want, ready) else [f"expected {want} ready, came {ready}"]


def _rows(command: Command, rows: dict[str, Any]) -> Faults:
    found: Faults = []
    for place, alternatives in rows.items():
        here = [line for line in command.lines if int(place) in _places(line)]
        if len(here) != 1:
            found.append(f"expected one line of row {place}, came {len(here)}")
            continue
        found += _one_of([list(_differences(wanted, here[0], f"row {place}")) for wanted in as_list(alternatives)])
    return found


def _every(command: Command, wanted: dict[str, Any]) -> Faults:
    lines = command.lines
    return [fault for line in lines for fault in _differences(wanted, line, f"{_places(line)}")] or (
        [] if lines else ["expected lines, came none"]
    )


def _distinct(command: Command, paths: Any) -> Faults:
    return [
        f"expected {path} to differ, came {values}"
        for path, values in _values(command, paths)
        if None in values or len(set(map(str, values))) < len(values)
    ]


def _same(command: Command, paths: Any) -> Faults:
    return [
        f"expected {path} to be the same, came {values}"
        for path, values in _values(command, paths)
        if None in values or len(values) < 2 or len(set(map(str, values))) != 1
    ]


def _said(command: Command, pattern: str) -> Faults:
    return [] if says(pattern, command.words()) else [f"expected /{pattern}/ to be said"]


def _refused(command: Command, pattern: str) -> Faults:
    answer = command.preview("report")
    wrong = answer.code != 2 or not says(pattern, answer.errors)
    return [f"expected exit code 2 and /{pattern}/, came {answer.code}: {answer.errors}"] if wrong else []


def _normalise(command: Command, trials: list[dict[str, Any]]) -> Faults:
    found: Faults = []
    for trial in trials:
        field, value = trial["field"], trial["value"]
        wanted = {path: want for path, want in trial.items() if path not in ("field", "value", "country")}
        answer = command.normalised(field, value, trial.get("country"))
        found += _differences(wanted, answer, f"{field} {value}")
    return found


_CHECKS: dict[str, Callable[[Command, Any], Faults]] = {
    "either": _either,
    "ready": _ready,
    "rows": _rows,
    "every": _every,
    "distinct": _distinct,
    "same": _same,
    "said": _said,
    "refused": _refused,
    "normalise": _normalise,
}


def _one_of(alternatives: list[Faults]) -> Faults:
    """Return nothing if an alternative has no fault, else the faults of all."""
    return [fault for found in alternatives for fault in found] if all(alternatives) else []


def _differences(wanted: dict[str, Any], line: Line, where: str) -> Iterator[str]:
    for path, want in wanted.items():
        if not matches(want, got := _at(line, path)):
            verdict = " ".join(filter(None, (line.get("verdict"), line.get("reason"))))
            yield f"{where}: expected {path} {want}, came {got!r} ({verdict})"


def _values(command: Command, paths: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield each path with its values: of all lines, or of the places that are named."""
    for path in paths:
        named = paths[path] if isinstance(paths, dict) else None
        yield path, [_at(line, path) for line in command.lines if named is None or set(named) & set(_places(line))]


def _places(line: Line) -> list[int]:
    """Return the rows of a file that became the line, or the event's index in its message, or among the messages."""
    origin = line["origin"]
    if "row" in origin:
        return origin.get("rows") or [origin["row"]]
    number = str(origin.get("message_id", "1"))
    return [origin.get("index", int(number) - 1 if number.isdigit() else 0)]


def _at(line: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(line, list):
            line = line[int(key)] if int(key) < len(line) else None
        else:
            line = line.get(key) if isinstance(line, dict) else None
    return line
