"""Single events through the whole pipeline as they come live: what each costs, and how long it takes to Meta.

    python -m bench.live [--json] [--rates 1,10,115,1000] [--seconds 10] [--backlog 10000] [--beside CHECKOUT]
                         [--throughput occasional]

Producers' messages of one event are published evenly at each rate; ``cpu_us`` is the CPU time of ingest, handle and
forward together for an event, of each in ``services``; latency runs from the call of publish to Meta's stand-in. Last
comes a backlog, as fast as it goes: what two cores carry with the stand-ins beside, and what an event costs saturated.
``--throughput`` runs the services as Terraform's variable of that name does, as workers and with its settings.
``--beside`` measures another checkout of this project, with an environment of its own, in turns with this one. Beside
every rate stands an echo, a Flask app behind gunicorn whose every request waits as long as a bundle of ingest's.

CPU time is read from ``/proc``, so it needs Linux; other programs change it little, but they change the latency.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import flask

from bench.forward import MARK, cpu_seconds
from local.blueprint import Blueprint
from local.clients import PubSubClients
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from local.samples.messages import web_event
from local.services import SERVICES
from local.stack import Options, Stack

NAMES = {"ingest-store": "ingest", "handle": "handle", "forward": "forward"}
PUSHED = "occasional"
ROOT = Path(__file__).parent.parent
DRAIN_SECONDS = 300.0
WARM = 300
WAIT = 0.05
"""Seconds that a request of the echo waits."""


@dataclass
class Pipeline:
    """A running pipeline and the marks of its processes."""

    stack: Stack
    clients: PubSubClients
    marks: Mapping[str, str]

    def used(self) -> dict[str, float]:
        """Return the CPU seconds of each service so far."""
        return {name: cpu_seconds(mark) for name, mark in self.marks.items()}

    def publish(self, count: int, rate: float | None) -> dict[str, float]:
        """Publish events one by one, evenly or as fast as they go; return when each was published, by its id."""
        topic, now, run = self.stack.topic("event-of-interest"), int(time.time()), uuid.uuid4().hex[:8]
        published: dict[str, float] = {}
        begun = time.monotonic()
        for number in range(count):
            if rate is not None:
                time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            event_id = f"{run}-{number}"
            data = json.dumps({**web_event(number % 1000, now), "event_id": event_id}).encode()
            published[event_id] = time.time() * 1000
            self.clients.publisher.publish(topic, data, channel="web")
        return published

    def arrived(self, count: int) -> None:
        """Return when Meta has so many events and every queue is empty."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.stack.meta.summary().distinct_events < count:
            if time.monotonic() > deadline:
                raise SystemExit(f"Meta had only {self.stack.meta.summary().distinct_events} of {count} events in time")
            time.sleep(0.05)
        self.stack.drained(DRAIN_SECONDS)


@contextmanager
def running(throughput: str) -> Iterator[Pipeline]:
    """Run the pipeline, its connections made and its code warm."""
    blueprint, more = as_terraform_has_it(throughput) if throughput != PUSHED else (Blueprint(services=SERVICES), {})
    names = [name for name in blueprint.services if name.removesuffix("-worker") in NAMES]
    marks = {name: f"{name}-{uuid.uuid4().hex}" for name in names}
    settings = {name: {MARK: mark, **more.get(name.removesuffix("-worker"), {})} for name, mark in marks.items()}
    with (
        tempfile.TemporaryDirectory() as logs,
        Stack(Options(Path(logs), blueprint=blueprint, settings=settings)) as stack,
        PubSubClients(stack.addresses.pubsub) as clients,
    ):
        pipeline = Pipeline(stack, clients, marks)
        pipeline.publish(WARM, 200)
        pipeline.arrived(WARM)
        yield pipeline


def as_terraform_has_it(throughput: str) -> tuple[Blueprint, Mapping[str, Mapping[str, str]]]:
    """Return what runs with one of Terraform's ``throughput``, and the settings by service."""
    # Here, because an older checkout, measured with this file, has none of it.
    from bench.cost.sizes import throughputs  # noqa: PLC0415

    wanted = throughputs()[throughput]
    return Blueprint(services=SERVICES).pulling(*wanted.workers), wanted.settings


def measured(pipeline: Pipeline, rate: float | None, count: int) -> dict[str, Any]:
    """Measure ``count`` events at a rate, or as a backlog where there is none."""
    pipeline.stack.meta.reset()
    before, begun = pipeline.used(), time.monotonic()
    published = pipeline.publish(count, rate)
    pipeline.arrived(count)
    seconds = time.monotonic() - begun
    used = {
        NAMES[name.removesuffix("-worker")]: (after - before[name]) / count * 1e6
        for name, after in pipeline.used().items()
    }
    waits = sorted(taken.received_ms - published[taken.event_id or ""] for taken in pipeline.stack.meta.accepted())
    return {
        "rate": rate or "backlog",
        "cpu_us": round(sum(used.values())),
        "p50_ms": round(statistics.median(waits)),
        "p95_ms": round(waits[int(len(waits) * 0.95)]),
        "p99_ms": round(waits[int(len(waits) * 0.99)]),
        "requests_per_event": round(pipeline.stack.meta.summary().accepted_requests / count, 4),
        "events_per_s": round(count / seconds),
        "services": {name: round(value) for name, value in used.items()},
    }


def echo_app() -> flask.Flask:
    """Return an app that reads each request, waits and answers."""
    app = flask.Flask("echo", static_folder=None)

    def answer() -> tuple[str, int]:
        flask.request.get_data()
        time.sleep(WAIT)
        return "", 204

    app.add_url_rule("/", view_func=answer, methods=["POST"])
    app.add_url_rule("/health", view_func=lambda: "")
    return app


def echo(rate: float, count: int) -> dict[str, Any]:
    """Measure the CPU time of a request to the echo."""
    (port,), mark = free_ports(1), uuid.uuid4().hex
    address = f"http://{HOST}:{port}"
    command = ("gunicorn", "--name", mark, "--threads", "64", "--bind", f"{HOST}:{port}", "bench.live:echo_app()")
    with tempfile.TemporaryDirectory() as logs:
        log, environment = Path(logs) / "echo.log", {**base_environment(), MARK: mark}
        process = Process("echo", command, environment, directory=ROOT, log=log, health=f"{address}/health")
        process.start()
        try:
            wait_healthy([process])
            asyncio.run(_post(address, 200, 100))
            before = cpu_seconds(mark)
            asyncio.run(_post(address, rate, count))
            return {"rate": rate, "cpu_us": round((cpu_seconds(mark) - before) / count * 1e6)}
        finally:
            process.stop()


async def _post(address: str, rate: float, count: int) -> None:
    body = json.dumps(web_event(0, int(time.time()))).encode()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def one() -> None:
            async with http.post(address, data=body) as answer:
                await answer.read()

        begun, posts = time.monotonic(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            posts.append(asyncio.create_task(one()))
        await asyncio.gather(*posts)


def of_checkout(checkout: Path, rate: float | None, count: int, throughput: str = PUSHED) -> dict[str, Any]:
    """Measure the pipeline of a checkout with the code of this file, in a process that imports the checkout's."""
    # By its path, from the checkout's folder, where all other modules are the checkout's own.
    program = f"import runpy, sys; sys.argv[0] = {__file__!r}; runpy.run_path({__file__!r}, run_name='__main__')"
    command = [str(checkout / ".venv/bin/python"), "-c", program, "--throughput", throughput]
    command += ["--one", str(rate or 0), str(count)]
    ran = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{checkout} could not be measured:\n{ran.stderr[-2000:]}")
    line: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return line


def lines(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield a line a rate and checkout, in turns, and one of the echo."""
    loads: list[tuple[float | None, int]] = [
        (rate, max(20, round(rate * arguments.seconds))) for rate in arguments.rates
    ]
    for rate, count in [*loads, *([(None, arguments.backlog)] if arguments.backlog else [])]:
        name = "omnicapi" if arguments.throughput == PUSHED else f"omnicapi, {arguments.throughput}"
        yield {"name": name, **of_checkout(ROOT, rate, count, arguments.throughput)}
        if arguments.beside:
            yield {"name": f"omnicapi in {arguments.beside.name}", **of_checkout(arguments.beside, rate, count)}
        if rate is not None and not arguments.no_echo:
            yield {"name": "Flask + gunicorn echo", **echo(rate, count)}


def shown(line: Mapping[str, Any]) -> str:
    """Return a line for a person."""
    more = ", ".join(f"{key} {value}" for key, value in line.items() if key not in {"name", "rate", "cpu_us"})
    return f"{line['rate']}: {line['name']}: {line['cpu_us']} µs of CPU an event; {more}"


def main() -> None:
    """Measure each rate, the backlog and the echo, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--rates", type=lambda text: [float(rate) for rate in text.split(",")], default=[1.0, 10.0, 115.0, 1000.0]
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each rate lasts")
    parser.add_argument("--backlog", type=int, default=10_000, help="events of the backlog; 0 leaves it out")
    parser.add_argument("--beside", type=Path, help="another checkout, measured in turns")
    parser.add_argument(
        "--throughput", default=PUSHED, help="Terraform's: occasional, where all is pushed, steady, high"
    )
    parser.add_argument("--no-echo", action="store_true", help="leave the echo out")
    parser.add_argument("--one", nargs=2, metavar=("RATE", "COUNT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        with running(arguments.throughput) as pipeline:
            print(json.dumps(measured(pipeline, float(arguments.one[0]) or None, int(arguments.one[1]))))
        return
    for line in lines(arguments):
        print(json.dumps(line) if arguments.json else shown(line), flush=True)


if __name__ == "__main__":
    main()
