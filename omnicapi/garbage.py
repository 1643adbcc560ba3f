"""Python's search for cycles, which the services need seldom."""

from __future__ import annotations

import gc

SELDOM = 100_000
"""Objects made and not yet freed after which cycles are looked for; Python's own number is 700."""


def spare_the_collector() -> None:
    """Let Python look for cycles seldom: it took a fifth of handle's time, and a twelfth of that of a single event.

    Events, signals and outcomes hold no cycles, so they are freed as soon as their message is done; what was made
    before now lives as long as the process and need not be looked at again.
    """
    gc.freeze()
    gc.set_threshold(SELDOM)
