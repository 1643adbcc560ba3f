"""Under load a million events cost a thousand requests: counted over real HTTP and Pub/Sub, however fast they go."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.forward import fakes
from tests.forward.running import INTAKES, Running, running

pytestmark = pytest.mark.stack

PATIENT = "30"
"""Seconds to linger: longer than any machine needs to bring a thousand signals, so that only a full batch leaves."""


def sizes(total: int, largest: int) -> list[int]:
    """Return numbers of signals from 1 to ``largest`` that make ``total``."""
    dice = random.Random(3)
    found = []
    while total:
        found.append(min(total, dice.randint(1, largest)))
        total -= found[-1]
    return found


def sent_in(run: Running, parts: list[int]) -> list[int]:
    """Publish messages of so many signals; return how many events each request to Meta held."""
    now = int(time.time()) - 60
    ids = (f"e{number}" for number in range(sum(parts)))
    run.publish([[fakes.signal(next(ids), event_time=now) for _ in range(part)] for part in parts])
    run.drained(120)
    return [request.events for request in run.meta.requests()]


@pytest.mark.parametrize("intake", INTAKES)
def test_messages_of_any_size_leave_in_full_requests(intake: str, tmp_path: Path) -> None:
    with running(tmp_path, INTAKE=intake, BATCH_LINGER=PATIENT) as run:
        assert sent_in(run, sizes(20_000, 500)) == [1000] * 20


def test_messages_of_one_signal_do_too_as_far_as_pushes_may_be_open(tmp_path: Path) -> None:
    with running(tmp_path, PUSHES="500", BATCH_COUNT="500", BATCH_LINGER=PATIENT) as run:
        assert sent_in(run, [1] * 3000) == [500] * 6


def test_messages_of_one_signal_do_too_where_they_are_pulled(tmp_path: Path) -> None:
    with running(tmp_path, INTAKE="pull", BATCH_LINGER=PATIENT) as run:
        assert sent_in(run, [1] * 4000) == [1000] * 4
