"""What a month costs, by laws: of the arithmetic itself, whatever the measurements."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cost import prices
from bench.cost.bill import (
    Bill,
    Deployment,
    Measured,
    Traffic,
    Use,
    bill,
    instances,
    log_bytes,
    open_seconds,
    share_of_time,
)
from bench.cost.sizes import Size
from bench.cost.table import deployed
from local.blueprint import worker_of

SERVICES = ("ingest-store", "ingest-files", "ingest-reports", "handle", "forward")
TOPICS = ("event-of-interest", "files", "events", "signals", "outcomes")
DEPLOYED = deployed()

small = st.just(0.0) | st.floats(1e-4, 2)
amounts = st.floats(1, 1e8)
uses = st.builds(Use, cpu_seconds=st.floats(1e-6, 0.1), requests=small, entries=small, entry_bytes=st.floats(0, 5000))
traffic = st.builds(Traffic, messages=small, message_bytes=st.floats(1, 1e6))


def services(throughput: str) -> list[str]:
    """Return what runs: workers in the place of some services."""
    workers = DEPLOYED.throughputs[throughput].workers
    return [worker_of(name) if name in workers else name for name in SERVICES]


@st.composite
def measurements(draw: st.DrawFn) -> Measured:
    throughput = draw(st.sampled_from([*DEPLOYED.throughputs]))
    return Measured(
        way="any",
        a_day=draw(amounts),
        files=draw(st.booleans()),
        throughput=throughput,
        services={name: draw(uses) for name in services(throughput)},
        topics={name: draw(traffic) for name in TOPICS},
        meta_bytes=draw(st.floats(0, 5000)),
        file_bytes=draw(st.floats(0, 5000)),
    )


def parts(cost: Bill) -> list[float]:
    return [cost.cloud_run, cost.pubsub, cost.storage, cost.logs, cost.internet]


@given(measurements(), amounts)
def test_nothing_costs_less_than_nothing_and_the_sum_is_its_parts(measured: Measured, a_day: float) -> None:
    cost = bill(measured, a_day, DEPLOYED)
    assert all(part >= 0 for part in parts(cost))
    assert cost.total == pytest.approx(sum(parts(cost)))


@given(measurements(), amounts, st.floats(1, 100))
def test_more_events_never_cost_less(measured: Measured, a_day: float, times: float) -> None:
    fewer, more = bill(measured, a_day, DEPLOYED), bill(measured, a_day * times, DEPLOYED)
    for less, greater in zip(parts(fewer), parts(more), strict=True):
        assert greater >= less - 1e-9


@given(measurements(), amounts)
def test_twice_the_events_take_at_most_twice_the_instances(measured: Measured, a_day: float) -> None:
    for service in measured.services.keys() & DEPLOYED.sizes.keys():
        use = measured.services[service]
        once, twice = (instances(measured, service, use, times * a_day, DEPLOYED) for times in (1, 2))
        assert twice <= 2 * once + 1e-9


@given(measurements())
def test_what_is_free_is_free(measured: Measured) -> None:
    """A handful of events a day stays within everything's free share, but for what has none."""
    cost = bill(msgspec.structs.replace(measured, throughput="occasional"), 1, DEPLOYED)
    assert cost.cloud_run == cost.logs == 0
    assert cost.pubsub < 0.01  # BigQuery subscriptions have none


@given(st.floats(0, 1e9))
def test_only_what_exceeds_the_free_share_is_paid(used: float) -> None:
    price = prices.Price(2.0, free=1000)
    assert price.of(used) == (0 if used <= price.free else pytest.approx(2 * (used - 1000)))


def one_message_an_event(size: float, throughput: str = "occasional") -> Measured:
    idle = Use(0.001, 0, 0, 0)
    topics = {topic: Traffic(1 if topic in {"signals", "outcomes"} else 0, size) for topic in TOPICS}
    return Measured("any", 1, False, throughput, dict.fromkeys(services(throughput), idle), topics, 0, 0)


A_LOT = 1e8


def test_a_message_costs_a_thousand_bytes_at_least() -> None:
    tiny, full = (bill(one_message_an_event(size), A_LOT, DEPLOYED).pubsub for size in (1, prices.REQUEST_BYTES))
    assert tiny == pytest.approx(full)
    assert bill(one_message_an_event(2 * prices.REQUEST_BYTES), A_LOT, DEPLOYED).pubsub > 1.9 * full


def test_pulled_messages_share_a_request_and_its_thousand_bytes() -> None:
    pushed, pulled = (bill(one_message_an_event(1, each), A_LOT, DEPLOYED).pubsub for each in ("occasional", "high"))
    saved = A_LOT * prices.MONTH_DAYS * (prices.REQUEST_BYTES - 1)  # of signals, the only pulled topic with messages
    assert pushed - pulled == pytest.approx(saved * prices.PUBSUB.dollars)


def test_a_published_and_pushed_message_costs_what_the_price_list_says() -> None:
    """Two topics of full messages, published and pushed once each, and one of them written to BigQuery as well."""
    volume = A_LOT * prices.MONTH_DAYS * 1000
    expected = (4 * volume - 10 * 2**30) * 40 / 2**40 + volume * 50 / 2**40
    assert bill(one_message_an_event(1000), A_LOT, DEPLOYED).pubsub == pytest.approx(expected)


def with_size(size: Size) -> Deployment:
    return replace(DEPLOYED, sizes={"handle": size})


def test_a_minimum_instance_costs_its_idle_price_where_nothing_comes() -> None:
    measured, size = one_message_an_event(1), Size(cpu=1, memory_gib=2, concurrency=1)
    without = bill(measured, 1e-9, with_size(size)).cloud_run
    warm = bill(measured, 1e-9, with_size(replace(size, min_instances=2))).cloud_run
    assert without == 0
    assert warm == pytest.approx(2 * 3 * 30 * 86_400 * 0.0000025)


def test_a_busy_minimum_instance_costs_no_more_than_another() -> None:
    busy = Use(cpu_seconds=0.6, requests=1, entries=0, entry_bytes=0)
    measured = msgspec.structs.replace(one_message_an_event(1), services={"handle": busy})
    size = Size(cpu=1, memory_gib=1, concurrency=80)
    for a_day in (86_400.0, 864_000.0):
        cold, warm = (bill(measured, a_day, with_size(replace(size, min_instances=n))).cloud_run for n in (0, 1))
        assert warm == pytest.approx(cold)


def test_an_instance_that_is_never_without_a_request_is_billed_all_the_time() -> None:
    assert share_of_time(1000, 1) == pytest.approx(1)
    assert share_of_time(0, 1) == 0


@given(st.floats(0, 1e4), st.floats(0.001, 60))
def test_an_instance_is_billed_for_a_share_of_the_time(a_second: float, seconds: float) -> None:
    assert 0 <= share_of_time(a_second, seconds) <= 1


def test_seldom_requests_are_billed_one_by_one_and_rounded_up() -> None:
    seldom = 1e-6
    assert share_of_time(seldom, 0.3) == pytest.approx(seldom * (0.3 + 0.05), rel=1e-3)


def test_forward_waits_for_its_batch_and_for_meta() -> None:
    use = Use(cpu_seconds=0.01, requests=0.5, entries=0, entry_bytes=0)
    assert open_seconds("forward", use, {}) == pytest.approx(0.2 + 0.3 + 0.03 + 0.02)
    assert open_seconds("forward", use, {"BATCH_LINGER": "0.05"}) == pytest.approx(0.05 + 0.3 + 0.03 + 0.02)
    assert open_seconds("ingest-reports", use, {}) == pytest.approx(0.02)
    assert open_seconds("handle", msgspec.structs.replace(use, requests=0), {}) == prices.PUBLISH_SECONDS


def test_pulling_workers_are_always_on_and_grow_with_the_events() -> None:
    measured = one_message_an_event(1, "steady")  # a millisecond an event
    [(size, count)] = DEPLOYED.throughputs["steady"].workers.values()
    assert count == 1
    seldom = bill(measured, 1, DEPLOYED).cloud_run
    seconds = prices.MONTH_SECONDS
    always_on = (seconds * size.cpu - 384_204) * 0.000011244 + (seconds * size.memory_gib - 728_744) * 0.000001235
    assert seldom == pytest.approx(always_on)
    assert bill(measured, 1500 * 86_400, DEPLOYED).cloud_run > 2 * seldom


@given(measurements())
def test_each_request_leaves_a_log_entry_of_cloud_runs_own_where_those_are_kept(measured: Measured) -> None:
    requests = sum(use.requests for use in measured.services.values())
    without, kept = (log_bytes(measured, request_logs=kept) for kept in (False, True))
    assert kept - without == pytest.approx(requests * prices.REQUEST_ENTRY_BYTES)


@given(measurements(), amounts)
def test_what_is_kept_longer_costs_more_and_old_rows_half(measured: Measured, a_day: float) -> None:
    kept = [bill(measured, a_day, replace(DEPLOYED, outcome_days=days)).storage for days in (90, 180, 270)]
    assert kept == sorted(kept)
    assert kept[2] - kept[1] == pytest.approx(kept[1] - kept[0], abs=1e-6, rel=1e-6)
