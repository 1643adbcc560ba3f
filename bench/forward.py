"""From the ``signals`` queue to Meta, as processes: forward in push and in pull mode, and two other ways beside it.

    python -m bench.forward [--json] [--bulk 10000] [--singles 5000] [--rates 10,100,1000] [--seconds 1.5]

Pub/Sub and Meta are the stand-ins of ``local/``, each a process of its own, the same for all. *Bulk* is a backlog of
messages of 500 signals, as handle writes them under load; *singles* is one of messages of one signal, the hardest load
there is. Both give the signals a core of the service carries (signals by its CPU seconds), the mean batch and the
requests a million signals cost. A *rate* publishes single signals evenly and gives the time from publish to Meta's
request. CPU is read from ``/proc``, so it needs Linux. The machine is shared by everything that runs here: on two cores
the latencies are a ceiling.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forward import fakes
from tests.forward.running import Running, running

MARK = "BENCH_FORWARD"
"""Environment variable by which the processes of the service are recognised in ``/proc``."""
PUSHES = "500"
PER_MESSAGE = 500
DRAIN_SECONDS = 300.0
SHA256 = "0123456789abcdef" * 4


def rival(factory: str) -> Sequence[str]:
    """Return the command of another way, behind forward's own server configuration."""
    return (sys.executable, "-m", "omnicapi.http.serving", f"bench.forward_rivals:{factory}()")


@dataclass(frozen=True)
class Implementation:
    """A way to run; ``share`` of the load is given to it: what is slower need not be watched as long."""

    settings: Mapping[str, str]
    command: Sequence[str] | None = None
    share: float = 1.0


IMPLEMENTATIONS = {
    "omnicapi forward, push": Implementation({"INTAKE": "push", "PUSHES": PUSHES}),
    "omnicapi forward, pull": Implementation({"INTAKE": "pull"}),
    "facebook-business EventRequest": Implementation(
        {"PUSHES": PUSHES, "THREADS": PUSHES}, rival("event_request"), 0.2
    ),
    "one event a request": Implementation({"PUSHES": PUSHES, "THREADS": PUSHES}, rival("one_event_a_request"), 0.1),
}


def signal(event_id: str) -> dict[str, Any]:
    """Return a purchase with every common identifier, about 1.3 KB."""
    now = int(time.time())
    user = {key: [SHA256] for key in ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "external_id")}
    return fakes.signal(
        event_id,
        event_time=now - 60,
        user_data={
            **user,
            "client_ip_address": "203.0.113.7",
            "client_user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
            "fbp": f"fb.1.{now - 1000}000.1234567890",
        },
    )


def cpu_seconds(mark: str) -> float:
    """Return the CPU time, so far, of every process that carries the mark, in its environment or its title.

    gunicorn writes its title over the environment.
    """
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            if mark.encode() in said:
                fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:  # it ended, or is somebody else's
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def backlog(run: Running, mark: str, count: int, per_message: int) -> dict[str, float]:
    """Publish ``count`` signals, so many a message, and let them be sent as fast as they go."""
    signals = [signal(f"backlog{per_message}-{count}-{number}") for number in range(count)]
    run.meta.reset()
    begun, used = time.monotonic(), cpu_seconds(mark)
    run.publish([signals[start : start + per_message] for start in range(0, count, per_message)])
    _until_taken(run, count)
    seconds, used = time.monotonic() - begun, cpu_seconds(mark) - used
    summary = run.meta.summary()
    return {
        "signals_per_core_s": round(count / used),
        "signals_per_s": round(count / seconds),
        "cpu_us_per_signal": round(used / count * 1e6, 1),
        "mean_batch": round(count / summary.accepted_requests, 1),
        "requests_per_million": round(summary.accepted_requests / count * 1e6),
    }


def at_rate(run: Running, mark: str, rate: int, seconds: float) -> dict[str, float]:
    """Publish single signals evenly; measure each from its publishing to its arrival at Meta."""
    count = max(5, round(rate * seconds))
    topic = run.clients.publisher.topic_path(fakes.PROJECT, "signals")
    run.meta.reset()
    used, begun = cpu_seconds(mark), time.monotonic()
    published: dict[str, float] = {}
    for number in range(count):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        event_id = f"rate{rate}-{number}"
        data = json.dumps([signal(event_id)]).encode()
        published[event_id] = time.time() * 1000
        run.clients.publisher.publish(topic, data)
    _until_taken(run, count)
    used = cpu_seconds(mark) - used
    waits = sorted(taken.received_ms - published[taken.event_id or ""] for taken in run.meta.accepted())
    return {
        "p50_ms": round(statistics.median(waits)),
        "p95_ms": round(waits[int(len(waits) * 0.95)]),
        "mean_batch": round(count / run.meta.summary().accepted_requests, 1),
        "cpu_us_per_signal": round(used / count * 1e6),
    }


def _until_taken(run: Running, count: int) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    while run.meta.summary().distinct_events < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"Meta had only {run.meta.summary().distinct_events} of {count} signals in time")
        time.sleep(0.02)
    run.pubsub.wait_until_drained(timeout=DRAIN_SECONDS)


def measured(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return one implementation's figures."""
    way = IMPLEMENTATIONS[name]
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory() as logs, running(Path(logs), way.command, **way.settings, **{MARK: mark}) as run:
        backlog(run, mark, 2 * PER_MESSAGE, PER_MESSAGE)  # connections, threads, code paths
        bulk = backlog(run, mark, max(PER_MESSAGE, round(arguments.bulk * way.share)), PER_MESSAGE)
        singles = backlog(run, mark, round(arguments.singles * way.share), 1)
        rates = {str(rate): at_rate(run, mark, rate, arguments.seconds) for rate in arguments.rates}
    return {"name": name, **bulk, "singles": singles, "rates": rates}


def shown(line: dict[str, Any]) -> str:
    """Return the figures of one implementation for a person."""
    rates = ", ".join(
        f"{rate}/s: p50 {about['p50_ms']} ms p95 {about['p95_ms']} ms batch {about['mean_batch']}"
        for rate, about in line["rates"].items()
    )
    loads = "\n".join(
        f"  {load}: {_shown_backlog(about)}" for load, about in (("bulk", line), ("singles", line["singles"]))
    )
    return f"{line['name']}\n{loads}\n  {rates}"


def _shown_backlog(figures: Mapping[str, Any]) -> str:
    return (
        f"{figures['signals_per_core_s']:,} signals/s a core, {figures['cpu_us_per_signal']} µs a signal, "
        f"mean batch {figures['mean_batch']}, {figures['requests_per_million']:,} requests a million"
    )


def main() -> None:
    """Measure every implementation, or one, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object an implementation")
    parser.add_argument("--bulk", type=int, default=10_000, help="signals in full messages")
    parser.add_argument("--singles", type=int, default=5_000, help="signals in messages of one")
    parser.add_argument(
        "--rates", type=lambda text: [int(rate) for rate in text.split(",")], default=[10, 100, 1000], help="signals/s"
    )
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each rate lasts")
    parser.add_argument("--only", choices=IMPLEMENTATIONS, help="one implementation")
    arguments = parser.parse_args()
    for name in [arguments.only] if arguments.only else IMPLEMENTATIONS:
        line = measured(name, arguments)
        print(json.dumps(line) if arguments.json else shown(line), flush=True)


if __name__ == "__main__":
    main()
