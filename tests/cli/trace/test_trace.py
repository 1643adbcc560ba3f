from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from cli.trace import bigquery_trail
from cli.trace.bigquery_trail import BigQueryTrail
from cli.trace.command import trace
from cli.trace.local_trail import LocalTrail
from omnicapi.errors import BadSettings
from omnicapi.messages import Origin, Outcome

SENT = Outcome(
    stage="forward",
    verdict="sent",
    channel="store",
    origin=Origin(object="incoming/store/a.csv", row=5),
    event_id='id "quoted"',
    event_name="Purchase",
    order_id="ATN1",
    dataset="123",
    fbtrace_id="Axyz",
    decided_ms=1_700_000_000_000,
    warnings=["fbc:stale"],
)
REFUSED = Outcome(
    stage="handle",
    verdict="rejected",
    channel="web",
    origin=Origin(message_id="9", index=2),
    event_id="order-2",
    event_name="Lead",
    reason="too_old",
    field="event_time",
    message="Send it sooner.",
    code="100/2804003",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "outcomes.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(outcome) + b"\n" for outcome in (SENT, REFUSED)))
    return path


@pytest.fixture
def runner() -> Any:
    app = typer.Typer()
    app.command()(trace)
    return lambda *words: CliRunner().invoke(app, words)


@pytest.mark.parametrize("key", ['id "quoted"', "ATN1", "Axyz"])
def test_an_outcome_is_found_by_event_id_order_id_and_fbtrace_id(path: Path, key: str) -> None:
    assert list(LocalTrail(path).find(key)) == [SENT]


def test_a_part_of_an_id_finds_nothing(path: Path) -> None:
    assert list(LocalTrail(path).find("ATN")) == []


def test_a_sent_event_is_shown_with_its_place_and_its_fbtrace_id(path: Path, runner: Any) -> None:
    shown = runner("ATN1", "--trail", str(path))

    assert shown.exit_code == 0
    for part in ("sent by forward at 2023-11-14T22:13:20+00:00", "order ATN1", "incoming/store/a.csv row 5",
                 "dataset 123, fbtrace_id Axyz", "fbc:stale"):  # fmt: skip
        assert part in shown.output


def test_a_refused_event_is_shown_with_its_reason_and_remedy(path: Path, runner: Any) -> None:
    shown = runner("order-2", "--trail", str(path))

    assert "too_old (event_time), Meta's code 100/2804003: Send it sooner." in shown.output
    assert "message 9 item 2" in shown.output


def test_an_unknown_id_is_an_exit_code_of_its_own(path: Path, runner: Any) -> None:
    assert runner("nobody", "--trail", str(path)).exit_code == 1


def test_without_a_trail_the_error_says_where_one_comes_from(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="omnicapi up"):
        LocalTrail(tmp_path / "none.jsonl")


def rows_of(*outcomes: Mapping[str, Any]) -> bigquery_trail.Rows:
    def rows(query: str, key: str) -> Iterable[Mapping[str, Any]]:
        assert "FROM `project.dataset.outcomes`" in query
        assert key == "ATN1"
        return [{"outcome": outcome} for outcome in outcomes]

    return rows


def test_a_deployments_outcomes_come_from_its_table_without_its_nulls() -> None:
    row: dict[str, Any] = {
        "stage": "forward", "verdict": "sent", "channel": "store", "event_id": "1", "code": None, "warnings": [],
        "origin": {"object": "a.csv", "row": 3, "message_id": None},
    }  # fmt: skip

    (found,) = BigQueryTrail("project.dataset.outcomes", rows_of(row)).find("ATN1")

    assert (found.origin, found.event_id, found.code) == (Origin(object="a.csv", row=3), "1", None)


@pytest.mark.parametrize("table", ["outcomes", "p.d.t` WHERE 1=1 --", "a.b.c.d"])
def test_a_table_name_cannot_carry_a_query(table: str) -> None:
    with pytest.raises(BadSettings, match=r"project\.dataset\.table"):
        BigQueryTrail(table, rows_of())


def test_the_command_asks_the_table_it_is_given(runner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bigquery_trail, "bigquery_rows", lambda: rows_of({
        "stage": "forward", "verdict": "sent", "channel": "store", "event_id": "ATN1", "origin": {},
    }))  # fmt: skip

    assert "sent by forward" in runner("ATN1", "--table", "project.dataset.outcomes").output
