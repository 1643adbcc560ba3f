"""From what one event costs to what a month costs: pure arithmetic on measurements, sizes and prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from bench.cost import prices
from bench.cost.sizes import Size, Throughput
from forward.settings import ForwardSettings
from ingest.settings import IngestSettings
from local.blueprint import worker_of
from omnicapi.topology import PIPELINE


class Use(msgspec.Struct, frozen=True):
    """What one event costs a service, on average."""

    cpu_seconds: float
    requests: float
    entries: float
    """Log entries of its own; their bytes are counted as the service wrote them."""
    entry_bytes: float


class Traffic(msgspec.Struct, frozen=True):
    """What one event is on a topic: messages, and the bytes of one with its attributes, time and id."""

    messages: float
    message_bytes: float


class Measured(msgspec.Struct, frozen=True):
    """What an event costs when it comes in this way and at about this pace.

    ``files`` says that events come packed, as rows of a file; ``throughput`` is that of the deployment.
    """

    way: str
    a_day: float
    files: bool
    throughput: str
    services: dict[str, Use]
    topics: dict[str, Traffic]
    meta_bytes: float
    """Sent to Meta."""
    file_bytes: float
    """Kept in the drop bucket."""


@dataclass(frozen=True)
class Bill:
    """Dollars a month."""

    cloud_run: float
    pubsub: float
    storage: float
    logs: float
    internet: float

    @property
    def total(self) -> float:
        """Return the sum."""
        return self.cloud_run + self.pubsub + self.storage + self.logs + self.internet


@dataclass(frozen=True)
class Deployment:
    """What the bill depends on beside the events: sizes, workers, days that things are kept, entries of requests."""

    sizes: Mapping[str, Size]
    throughputs: Mapping[str, Throughput]
    outcome_days: int
    file_days: int
    request_logs: bool = False


def bill(measured: Measured, a_day: float, deployment: Deployment) -> Bill:
    """Return what so many events a day cost a month, evenly over the day where they come one by one."""
    a_month = a_day * prices.MONTH_DAYS
    return Bill(
        cloud_run=_cloud_run(measured, a_day, deployment),
        pubsub=_pubsub(measured, a_month),
        storage=_storage(measured, a_day, deployment),
        logs=prices.LOGS.of(a_month * log_bytes(measured, request_logs=deployment.request_logs)),
        internet=prices.INTERNET.of(a_month * measured.meta_bytes),
    )


def _cloud_run(measured: Measured, a_day: float, deployment: Deployment) -> float:
    cpu = memory = idle = 0.0
    for service, use in measured.services.items():
        if service in deployment.sizes:
            size = deployment.sizes[service]
            busy = instances(measured, service, use, a_day, deployment) * prices.MONTH_SECONDS
            waiting = max(0.0, size.min_instances * prices.MONTH_SECONDS - busy)
            cpu, memory = cpu + busy * size.cpu, memory + busy * size.memory_gib
            idle += waiting * (size.cpu + size.memory_gib)
    requests = a_day * prices.MONTH_DAYS * sum(use.requests for use in measured.services.values())
    services = prices.RUN_CPU.of(cpu) + prices.RUN_MEMORY.of(memory) + prices.RUN_REQUESTS.of(requests)
    return services + prices.RUN_IDLE.of(idle) + _workers(measured, a_day, deployment)


def _workers(measured: Measured, a_day: float, deployment: Deployment) -> float:
    """Return what instances cost that are always on: those there are, more only where they could not carry it."""
    cpu = memory = 0.0
    for service, (size, least) in deployment.throughputs[measured.throughput].workers.items():
        needed = math.ceil(a_day / 86_400 * measured.services[worker_of(service)].cpu_seconds / prices.TARGET)
        seconds = max(least, needed) * prices.MONTH_SECONDS
        cpu, memory = cpu + seconds * size.cpu, memory + seconds * size.memory_gib
    return prices.WORKER_CPU.of(cpu) + prices.WORKER_MEMORY.of(memory)


def instances(measured: Measured, service: str, use: Use, a_day: float, deployment: Deployment) -> float:
    """Return how many instances of a service are billed at a time, on average over the day.

    An instance is billed while a request is open on it, so at least for that share of the time; and there are as many
    as processor and concurrency need at the autoscaler's target. Our services use one core an instance.
    """
    a_second, size = a_day / 86_400, deployment.sizes[service]
    settings = deployment.throughputs[measured.throughput].settings.get(service, {})
    seconds = open_seconds(service, use, settings)
    by_cpu = a_second * use.cpu_seconds / prices.TARGET
    by_concurrency = a_second * use.requests * seconds / (prices.TARGET * size.concurrency)
    if measured.files:
        open_share = a_second * measured.services["ingest-files"].cpu_seconds  # while a file is read, all are at work
    else:
        open_share = share_of_time(a_second * use.requests, seconds)
    return max(open_share, by_cpu, by_concurrency)


def open_seconds(service: str, use: Use, settings: Mapping[str, str]) -> float:
    """Return how long a request is open: what the service waits for on purpose, for Pub/Sub and Meta, and its work."""
    waits = {
        "ingest-store": _seconds(IngestSettings, "store_linger", settings) + prices.PUBLISH_SECONDS,
        "handle": prices.PUBLISH_SECONDS,
        "forward": _seconds(ForwardSettings, "batch_linger", settings) + prices.META_SECONDS + prices.PUBLISH_SECONDS,
    }
    return waits.get(service, 0.0) + (use.cpu_seconds / use.requests if use.requests else 0.0)


def _seconds(kind: type[msgspec.Struct], name: str, settings: Mapping[str, str]) -> float:
    """Return what a setting says, or its default."""
    [field] = [each for each in msgspec.structs.fields(kind) if each.name == name]
    return float(settings.get(name.upper(), field.default))


def share_of_time(a_second: float, seconds: float) -> float:
    """Return the share of the time that one instance is billed when so many requests come a second, at random.

    That is the share in which at least one is open, and rounding up each time none is any more.
    """
    none_open = math.exp(-a_second * seconds)
    return min(1.0, 1 - none_open + a_second * none_open * prices.ROUNDED_UP_SECONDS)


def _pubsub(measured: Measured, a_month: float) -> float:
    pulled_topics = {each.topic for each in PIPELINE.fed() if worker_of(str(each.service)) in measured.services}
    moved = 0.0
    for topic, traffic in measured.topics.items():
        published = a_month * traffic.messages * max(prices.REQUEST_BYTES, traffic.message_bytes)
        pulled = topic in pulled_topics  # a pull brings many messages
        moved += published + (a_month * traffic.messages * traffic.message_bytes if pulled else published)
    outcomes = measured.topics["outcomes"]
    written = a_month * outcomes.messages * max(prices.REQUEST_BYTES, outcomes.message_bytes)
    return prices.PUBSUB.of(moved) + prices.PUBSUB_TO_BIGQUERY.of(written)


def _storage(measured: Measured, a_day: float, deployment: Deployment) -> float:
    """Return what is paid a month once as much is kept as ever will be."""
    outcomes = measured.topics["outcomes"]
    a_days = a_day * outcomes.messages * outcomes.message_bytes
    recent = min(deployment.outcome_days, prices.LONG_TERM_DAYS)
    rows = prices.BIGQUERY.of(a_days * recent)
    old_rows = prices.BIGQUERY_LONG_TERM.of(a_days * (deployment.outcome_days - recent))
    return rows + old_rows + prices.STORAGE.of(a_day * measured.file_bytes * deployment.file_days)


def log_bytes(measured: Measured, *, request_logs: bool) -> float:
    """Return the bytes of log entries that one event leads to, Cloud Run's own of each request where they are kept."""
    of_request = prices.REQUEST_ENTRY_BYTES if request_logs else 0
    return sum(
        use.entry_bytes + use.entries * prices.ENTRY_BYTES + use.requests * of_request
        for use in measured.services.values()
    )
