"""What events cost each service, measured on the whole pipeline as processes on this machine, HTTP and all.

Pub/Sub, the bucket and Meta are the stand-ins of ``local/``. Single events come evenly at the rate at which a day's
worth comes, because what shares a message, a bundle or a request to Meta depends on it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import store_export
from bench.cost import prices
from bench.cost.bill import Measured, Traffic, Use
from bench.cost.sizes import throughputs
from local.blueprint import Blueprint, service_of
from local.clients import PubSubClients
from local.samples.messages import web_event
from local.services import SERVICES
from local.stack import Options, Stack
from omnicapi.topology import EVENT_OF_INTEREST, EVENTS, FILES, OUTCOMES, PIPELINE, SIGNALS, Subscription

TOPICS = (EVENT_OF_INTEREST, FILES, EVENTS, SIGNALS, OUTCOMES)
DRAIN_SECONDS = 300.0
SLOWEST = 3.0
"""Events a second at the least: far enough apart that each travels alone, as at any lower rate."""


@dataclass
class Meter:
    """A running stack and what its services have used so far."""

    stack: Stack
    clients: PubSubClients
    services: Sequence[str]
    logs: Path
    throughput: str

    def measured(self, way: str, a_day: float, load: Callable[[Stack], tuple[int, int]]) -> Measured:
        """Run a load, which returns events and the bytes of their file; say what an event of it cost."""
        self._take_messages()
        self.stack.meta.reset()
        before = self._used()
        events, file_bytes = load(self.stack)
        self.stack.drained(DRAIN_SECONDS)
        sent = self.stack.meta.summary().accepted_events
        if sent != events:
            raise SystemExit(f"Meta took {sent} of {events} events: what they cost says nothing.")
        services = {name: _per_event(before[name], used, events) for name, used in self._used().items()}
        topics = {topic: Traffic(count / events, size) for topic, (count, size) in self._take_messages().items()}
        sent_bytes = sum(request.body_bytes for request in self.stack.meta.requests())
        return Measured(
            way, a_day, file_bytes > 0, self.throughput, services, topics, sent_bytes / events, file_bytes / events
        )

    def _used(self) -> dict[str, Use]:
        """Return what each service has used since it started."""
        pushed = {each.push_endpoint: each.acked + each.nacked for each in self.stack.pubsub.subscriptions()}
        used = {}
        for name in self.services:
            log = (self.logs / f"{name}.jsonl").read_bytes()
            requests = pushed.get(self.stack.addresses.url(name), 0) if name in self.stack.addresses.ports else 0
            used[name] = Use(cpu_seconds(self.stack.processes[name].pid), requests, log.count(b"\n"), len(log))
        return used

    def _take_messages(self) -> dict[str, tuple[int, float]]:
        """Take what lies in each topic's tap; return how many messages and the mean of what Pub/Sub counts of one."""
        taken = {}
        for topic in TOPICS:
            sizes = list(self._sizes(self.stack.subscription(_tap(topic))))
            if sizes:
                taken[topic] = len(sizes), sum(sizes) / len(sizes)
        return taken

    def _sizes(self, tap: str) -> Iterator[int]:
        while self.stack.pubsub.subscription(tap).backlog:
            pulled = self.clients.subscriber.pull(subscription=tap, max_messages=1000).received_messages
            self.clients.subscriber.acknowledge(subscription=tap, ack_ids=[each.ack_id for each in pulled])
            for each in pulled:
                attributes = sum(len(key) + len(value) for key, value in each.message.attributes.items())
                yield len(each.message.data) + attributes + prices.MESSAGE_BYTES


def cpu_seconds(session: int) -> float:
    """Return the CPU time, so far, of the processes of a session: each service has its own, with all its children.

    A mark in the environment would not do: gunicorn writes the process's title over it where it can.
    """
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _per_event(before: Use, after: Use, events: int) -> Use:
    return Use(
        cpu_seconds=(after.cpu_seconds - before.cpu_seconds) / events,
        requests=(after.requests - before.requests) / events,
        entries=(after.entries - before.entries) / events,
        entry_bytes=(after.entry_bytes - before.entry_bytes) / events,
    )


def _tap(topic: str) -> str:
    return f"{topic}-tap"


@contextmanager
def metered(name: str = "occasional") -> Iterator[Meter]:
    """Run the pipeline as Terraform's ``throughput`` has it, and a tap on every topic."""
    with tempfile.TemporaryDirectory() as folder:
        logs, maps = Path(folder) / "logs", Path(folder) / "maps"
        maps.mkdir()
        (maps / "store.json").write_text(json.dumps(store_export.MAP), encoding="utf-8")
        throughput = throughputs()[name]
        taps = (Subscription(_tap(topic), topic) for topic in TOPICS)
        blueprint = Blueprint(topology=PIPELINE.with_subscriptions(*taps), services=dict(SERVICES))
        blueprint = blueprint.pulling(*throughput.workers)
        settings = {each: dict(throughput.settings.get(service_of(each), {})) for each in blueprint.services}
        settings["ingest-files"]["MAPS"] = str(maps)
        with (
            Stack(Options(logs, blueprint=blueprint, settings=settings)) as stack,
            PubSubClients(stack.addresses.pubsub) as clients,
        ):
            one_by_one(100, SLOWEST * 10)(stack)  # connections, threads, code paths
            stack.drained(DRAIN_SECONDS)
            yield Meter(stack, clients, [*blueprint.services], logs, name)


def one_by_one(count: int, a_second: float) -> Callable[[Stack], tuple[int, int]]:
    """Return a load of single events, evenly."""

    def load(stack: Stack) -> tuple[int, int]:
        now, first = int(time.time()), time.time_ns() % 10**9
        begun = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, begun + number / a_second - time.monotonic()))
            stack.publish("web", json.dumps(_event(first + number, now)).encode())
        return count, 0

    return load


def _event(number: int, now: int) -> dict[str, object]:
    return {**web_event(number % 1000, now), "event_id": f"cost-{number}"}


def in_files(count: int) -> Callable[[Stack], tuple[int, int]]:
    """Return a load of one file with so many rows."""

    def load(stack: Stack) -> tuple[int, int]:
        text = io.StringIO(newline="")
        rows = store_export.table(count)
        csv.writer(text, delimiter=";").writerow(next(rows))
        a_day_ago = int(time.time()) - 86_400
        for number, (_, *cells) in enumerate(islice(rows, count)):
            moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(a_day_ago - number % 400_000))
            csv.writer(text, delimiter=";").writerow([moment, *cells])
        content = text.getvalue().encode()
        stack.drop(content, f"incoming/store/cost-{uuid.uuid4().hex}.csv")
        return count, len(content)

    return load
