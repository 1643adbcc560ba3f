"""How long a ledger of ten million events takes to look up a chunk, and to take one in; beside a set of Python's.

``python bench/ledger.py [--events 10000000] [--json]``. No bucket: only what is in memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable

import numpy as np

from ingest.ledger.digests import Digests, among, merged

CHUNK = 25_000


def timed(run: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1000


def peak_mb() -> float:
    """Return the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Measure and print, one line an implementation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    chance, before = np.random.default_rng(7), peak_mb()

    def some(count: int) -> Digests:
        return chance.integers(0, 2**64, count, np.uint64)

    base, wanted = np.sort(some(given.events)), some(CHUNK)
    more = np.sort(some(CHUNK))
    lines = [
        {
            "implementation": "sorted array",
            "events": given.events,
            "look_up_ms": timed(lambda: among(wanted, base)),
            "take_in_ms": timed(lambda: merged(base, more)),
            "sort_all_ms": timed(lambda: np.sort(np.concatenate([more, base])), 1),
            "peak_mb": peak_mb() - before,
        }
    ]
    known, numbers = set(base.tolist()), wanted.tolist()
    lines.append(
        {
            "implementation": "set",
            "events": given.events,
            "look_up_ms": timed(lambda: [number in known for number in numbers]),
            "peak_mb": peak_mb() - before,
        }
    )
    for line in lines:
        shown = {name: round(value, 1) if isinstance(value, float) else value for name, value in line.items()}
        print(json.dumps(shown) if given.json else "  ".join(f"{name} {value}" for name, value in shown.items()))


if __name__ == "__main__":
    main()
