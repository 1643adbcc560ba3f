"""What the pipeline costs a month: measured CPU, requests, messages and log entries, times Google's price list.

    python -m bench.cost [--json] [--recorded | --record]

The whole pipeline runs as processes between its stand-ins: single events at the pace of the table's rows with each of
Terraform's ``throughput``, and a file; some three minutes. ``--record`` keeps what was measured in ``measured.json``,
from which the documentation's tables are made; ``--recorded`` makes them from there and measures nothing. A vCPU of
Cloud Run is taken to be as fast as a core of the machine measured on. Prices, and what is assumed beside them, are in
``prices.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

import msgspec

from bench import handle as handling
from bench.cost import measure
from bench.cost.bill import Measured
from bench.cost.table import IN_FILES, RECORD, WAYS, Record, bills, costs, uses
from omnicapi.garbage import spare_the_collector

MOST = 10_000_000
PACES = {
    "occasional": ((10_000, 60), (1_000_000, 200), (MOST, 1_500)),
    "steady": ((1_000_000, 300), (MOST, 2_000)),
    "high": ((MOST, 2_000),),
}
"""Events a day by Terraform's ``throughput``, and how many of them are measured."""
FILE_ROWS = 50_000


def measured() -> Record:
    """Measure every way and pace on this machine."""
    shapes: list[Measured] = []
    for throughput, way in WAYS.items():
        with measure.metered(throughput) as meter:
            for a_day, events in PACES[throughput]:
                load = measure.one_by_one(events, max(measure.SLOWEST, a_day / 86_400))
                shapes.append(meter.measured(way, a_day, load))
            if throughput == "occasional":
                shapes.append(meter.measured(IN_FILES, MOST, measure.in_files(FILE_ROWS)))
    return Record(_machine(), _handle_events_per_s(), shapes)


def _machine() -> str:
    model = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("model name\t: ")[2].partition("\n")[0]
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _handle_events_per_s() -> int:
    """Return what one core carries of bench.handle's events, by CPU time: other processes slow that little."""
    events = 10_000
    spare_the_collector()
    warm, *rounds = [handling.messages(events, seed) for seed in range(4)]
    for data in warm:
        handling.ours(data)
    begun = time.process_time()
    for data in (data for each in rounds for data in each):
        handling.ours(data)
    return round(len(rounds) * events / (time.process_time() - begun) / 100) * 100


def main() -> None:
    """Measure, or take what was recorded, and print what an event costs, one line per row of the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--recorded", action="store_true", help="measure nothing, take measured.json")
    source.add_argument("--record", action="store_true", help="keep what is measured in measured.json")
    arguments = parser.parse_args()
    record = msgspec.json.decode(RECORD.read_bytes(), type=Record) if arguments.recorded else measured()
    if arguments.record:
        RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    if arguments.json:
        for a_day, way, cost in bills(record):
            line = {"events_a_day": a_day, "way": way, **{name: round(value, 2) for name, value in vars(cost).items()}}
            print(json.dumps({**line, "together": round(cost.total, 2)}))
    else:
        print(costs(record), uses(record), sep="\n", end="")


if __name__ == "__main__":
    main()
