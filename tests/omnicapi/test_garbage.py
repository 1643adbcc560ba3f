"""Cycles are looked for seldom."""

from __future__ import annotations

import gc

from omnicapi.garbage import SELDOM, spare_the_collector


def test_the_collector_looks_for_cycles_less_often() -> None:
    thresholds = gc.get_threshold()
    try:
        spare_the_collector()
        assert gc.get_threshold()[0] == SELDOM == 100_000
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
