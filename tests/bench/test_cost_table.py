"""The table of the documentation is this code's, on the recorded measurement and Terraform's defaults."""

from pathlib import Path

import msgspec
import pytest

from bench.cost import prices
from bench.cost.bill import Measured
from bench.cost.sizes import days, gib, keeps_request_logs, sizes, throughputs
from bench.cost.table import COSTS, RECORD, ROWS, USES, WAYS, Record, bills, costs, uses
from local.blueprint import worker_of
from local.services import OPTIONAL, SERVICES
from omnicapi.topology import PIPELINE, PULLABLE

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def record() -> Record:
    return msgspec.json.decode(RECORD.read_bytes(), type=Record)


@pytest.fixture(scope="module")
def section() -> str:
    """What the documentation says of cost."""
    return (DOCS / "deploy.md").read_text(encoding="utf-8").partition("\n## What it costs\n")[2].partition("\n## ")[0]


def test_the_documentation_has_the_table_that_the_command_prints(record: Record, section: str) -> None:
    assert costs(record) in section


def test_the_documentation_has_the_table_of_what_was_measured(record: Record) -> None:
    assert uses(record) in (DOCS / "performance.md").read_text(encoding="utf-8")


def test_the_documentation_says_where_the_figures_are_from(record: Record, section: str) -> None:
    assert record.machine.partition(",")[0] in section
    assert f"{record.handle_events_per_s:,}" in section
    for price in ("$0.000024", "$0.0000025", "$0.40", "$40", "$50", "$0.50", "$0.12", "1000 bytes"):
        assert price in section


def test_the_prices_named_are_those_reckoned_with() -> None:
    assert (prices.RUN_CPU.dollars, prices.RUN_MEMORY.dollars) == (0.000024, 0.0000025)
    assert prices.RUN_REQUESTS.dollars * 1e6 == pytest.approx(0.40)
    assert (prices.PUBSUB.dollars * 2**40, prices.PUBSUB_TO_BIGQUERY.dollars * 2**40) == (40, 50)
    assert (prices.LOGS.dollars * 2**30, prices.INTERNET.dollars * 2**30) == (0.50, 0.12)


def test_every_row_has_its_cells(record: Record) -> None:
    for table, header, rows in ((costs(record), COSTS, ROWS), (uses(record), USES, record.shapes)):
        lines = table.splitlines()
        assert len(lines) == len(rows) + 2
        assert {line.count("|") for line in lines} == {len(header) + 1}


def test_files_cost_less_than_single_events(record: Record) -> None:
    costs = {(a_day, way): cost.total for a_day, way, cost in bills(record)}
    for a_day, way in ROWS:
        if way == "in files":
            assert costs[a_day, way] < costs[a_day, "one by one"]


def test_what_was_measured_is_every_service_and_every_hop(record: Record) -> None:
    for shape in record.shapes:
        pulled = throughputs()[shape.throughput].workers
        assert shape.services.keys() == {worker_of(name) if name in pulled else name for name in SERVICES}
        assert {"events", "signals", "outcomes"} <= shape.topics.keys()
        assert shape.topics.keys() <= {*PIPELINE.topics}
        assert all(use.cpu_seconds >= 0 for use in shape.services.values())
        assert shape.meta_bytes > 100


def test_single_events_share_more_the_faster_they_come(record: Record) -> None:
    paces = sorted((each for each in record.shapes if each.way == "one by one"), key=lambda each: each.a_day)
    requests = [_requests(each) for each in paces]
    assert requests == sorted(requests, reverse=True)


def _requests(measured: Measured) -> float:
    return sum(use.requests for use in measured.services.values())


@pytest.mark.parametrize(("a_day", "throughput"), [(1_000_000, "steady"), (10_000_000, "steady")])
def test_single_events_all_day_cost_least_with_what_is_made_for_them(
    record: Record, a_day: int, throughput: str
) -> None:
    """So the documentation says."""
    totals = {way: cost.total for events, way, cost in bills(record) if events == a_day and way != "in files"}
    assert min(totals, key=lambda way: totals[way]) == WAYS[throughput]


def test_single_events_cost_no_more_than_metas_own_gateway_would(record: Record) -> None:
    """And at a million a day not twice as much."""
    totals = {(events, way): cost.total for events, way, cost in bills(record)}
    assert totals[10_000_000, WAYS["steady"]] <= 200
    assert totals[1_000_000, WAYS["steady"]] <= 100


def test_sizes_are_terraforms_own() -> None:
    found = sizes()
    assert found.keys() == {*SERVICES, *OPTIONAL}
    assert all(size.cpu >= 1 and size.memory_gib >= 0.5 and size.concurrency >= 1 for size in found.values())
    assert found["ingest-files"].cpu == 2
    assert (days("outcome_retention_days"), days("file_retention_days")) == (400, 30)


def test_workers_and_settings_are_terraforms_own() -> None:
    found = throughputs()
    assert found.keys() == WAYS.keys()
    assert not found["occasional"].workers
    assert {name: (size.cpu, size.memory_gib, count) for name, (size, count) in found["steady"].workers.items()} == {
        "ingest-store": (1, 1, 1)
    }
    assert found["steady"].settings["ingest-store"] == {"STORE_LINGER": "1"}
    assert found["high"].workers.keys() == PULLABLE
    assert not keeps_request_logs()


def test_memory_is_read_in_both_units() -> None:
    assert (gib("512Mi"), gib("2Gi")) == (0.5, 2)
