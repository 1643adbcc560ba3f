"""How long each service takes from nothing to its first healthy answer, and what it then holds: a cold start's share.

    python -m bench.startup [--json] [--rounds 5]

Every service starts by its image's own command, with the settings of the local stack and no stand-in running: none
needs one before its first message. Beside them, in the same rounds, stands the least that could answer: an empty
Flask app behind gunicorn. Seconds are the median of the rounds, megabytes the resident memory of the service's
processes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask

from local.addresses import Addresses
from local.blueprint import HERE
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from local.services import processes
from omnicapi.supplied import ROOT

PATIENCE = 120.0
EMPTY = "an empty Flask app"


def empty_app() -> flask.Flask:
    """Return an app that says it is healthy, and nothing else."""
    app = flask.Flask("empty", static_folder=None)
    app.add_url_rule("/health", view_func=lambda: "")
    return app


def started(logs: Path) -> Iterator[Process]:
    """Yield the process of each service and of the empty app, on ports of their own."""
    (port,) = free_ports(1)
    command = ("gunicorn", "--threads", "4", "--bind", f"{HOST}:{port}", "bench.startup:empty_app()")
    environment = base_environment()
    health = f"http://{HOST}:{port}/health"
    yield Process(EMPTY, command, environment, directory=ROOT, log=logs / "empty.log", health=health)
    yield from processes(Addresses.free(), logs, HERE.project, HERE.services, {})


def resident_megabytes(parent: int) -> float:
    """Return the resident memory of a process and its children, in megabytes; shared pages count once per process."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return sum(_resident(pid) for pid in (parent, *map(int, children)))


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measured(process: Process) -> tuple[float, float]:
    """Start one service and stop it again; return seconds until healthy and megabytes then."""
    begun = time.monotonic()
    process.start()
    try:
        wait_healthy([process], PATIENCE)
        return time.monotonic() - begun, resident_megabytes(process.pid)
    finally:
        process.kill()


def rounds(count: int) -> dict[str, list[tuple[float, float]]]:
    """Measure everything ``count`` times, in turns, so that a busy machine slows all alike."""
    figures: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(count):
        with tempfile.TemporaryDirectory() as logs:
            for process in started(Path(logs)):
                figures[process.name].append(measured(process))
    return figures


def lines(figures: dict[str, list[tuple[float, float]]]) -> Iterator[dict[str, Any]]:
    """Yield one line per service; the ratio is to the empty app."""
    empty = statistics.median(seconds for seconds, _ in figures[EMPTY])
    for name, measurements in figures.items():
        seconds = statistics.median(each for each, _ in measurements)
        megabytes = statistics.median(each for _, each in measurements)
        ratio = round(seconds / empty, 2)
        yield {"name": name, "seconds": round(seconds, 2), "ratio_to_empty": ratio, "megabytes": round(megabytes)}


def main() -> None:
    """Start each service a few times and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object per service")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for line in lines(rounds(arguments.rounds)):
        shown = "{name}: {seconds} s until healthy, {ratio_to_empty} times an empty app; {megabytes} MB".format(**line)
        print(json.dumps(line) if arguments.json else shown)


if __name__ == "__main__":
    main()
