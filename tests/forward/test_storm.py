"""Forward as processes through everything that goes wrong: nothing is lost, nothing valid is rejected.

``FORWARD_STORM_SIGNALS`` sets how many signals go through (default 6000; 100000 takes some minutes).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local.meta.faults.kinds import ALWAYS, Hang, Html, Kind, Latency, LoseAnswer, Poison, Refuse, Reset, Throttle, When
from tests.forward import fakes
from tests.forward.running import INTAKES, TOKEN, Running, running

pytestmark = pytest.mark.stack

SIGNALS = int(os.environ.get("FORWARD_STORM_SIGNALS", "6000"))
FAULTY = max(8.0, SIGNALS / 2500)
"""Seconds that Meta's faults last: as long as signals come."""
LIFE = {"push": 1.5, "pull": 3.0}
"""Seconds before each kill; those of a worker, which has no health to wait for, include its start."""
IN_FLIGHT = 4 * 1000
"""Most signals of one dataset whose answer a killed process was waiting for."""
QUIETLY: Sequence[Kind] = (
    Refuse(),
    Refuse(status=400, code=1, is_transient=True),
    Html(),
    Throttle(code=80004, percent=50, regain_minutes=0),
    Latency(100, 400),
    Hang(seconds=1.5),
)
"""Faults after which Meta has not taken the events."""


def storm_signals(count: int) -> list[list[dict[str, Any]]]:
    """Return messages of 1 to 500 signals; one in a hundred is poison, and its id says so."""
    dice = random.Random(7)
    now = int(time.time()) - 60
    ids = [f"bad{number}" if dice.random() < 0.01 else f"e{number}" for number in range(count)]
    signals = [fakes.signal(event_id, event_time=now) for event_id in ids]
    parts = []
    while signals:
        size = dice.choice((1, 1, 5, 50, 500))
        parts.append(signals[:size])
        signals = signals[size:]
    return parts


def check(run: Running, parts: Sequence[Sequence[dict[str, Any]]]) -> int:
    """Hold every promise against what happened; return how many events Meta took more than once."""
    ids = {signal["event"]["event_id"] for part in parts for signal in part}
    bad = {event_id for event_id in ids if event_id.startswith("bad")}
    verdicts: dict[str | None, set[str]] = {}
    for outcomes in run.outcomes.by_event():
        for outcome in outcomes:
            verdicts.setdefault(outcome.event_id, set()).add(outcome.verdict)
    assert verdicts.keys() == ids
    assert all(len(found) == 1 for found in verdicts.values())
    assert {event_id for event_id, found in verdicts.items() if found == {"rejected"}} == bad
    assert {signal["event"]["event_id"] for signal in run.dead_letters()} == bad
    taken = Counter(accepted.event_id for accepted in run.meta.accepted())
    assert taken.keys() == ids - bad
    return sum(times - 1 for times in taken.values())


@pytest.mark.parametrize("intake", INTAKES)
def test_whatever_fails_every_signal_ends_in_one_outcome_and_none_is_sent_twice(intake: str, tmp_path: Path) -> None:
    parts = storm_signals(SIGNALS)
    with running(tmp_path, INTAKE=intake, META_READ_TIMEOUT="1", PUSHES="60") as run:
        run.meta.fault(Poison(prefix="bad", subcode=2804050), ALWAYS)
        for seed, fault in enumerate(QUIETLY):
            run.meta.fault(fault, When(times=None, share=0.05, seed=seed, seconds=FAULTY))
        run.publish(parts[: len(parts) // 2])
        time.sleep(1)
        run.meta.revoke_token(TOKEN)
        run.publish(parts[len(parts) // 2 :])
        time.sleep(1)
        run.meta.set_tokens(TOKEN)
        run.drained(60 + SIGNALS / 200)
        assert check(run, parts) == 0
        counts = Counter(len(outcomes) for outcomes in run.outcomes.by_event())
        assert set(counts) == {1}


@pytest.mark.parametrize("intake", INTAKES)
def test_killed_again_and_again_and_with_answers_lost_nothing_is_missing(intake: str, tmp_path: Path) -> None:
    parts = storm_signals(SIGNALS)
    with running(tmp_path, INTAKE=intake, META_READ_TIMEOUT="1", PUSHES="60") as run:
        run.meta.fault(Poison(prefix="bad", path=True), ALWAYS)
        run.meta.fault(LoseAnswer(), When(times=None, share=0.5, seconds=FAULTY))
        run.meta.fault(Reset(), When(times=None, share=0.05, seconds=FAULTY))
        run.publish(parts)
        kills = max(3, SIGNALS // 10_000)
        for _ in range(kills):
            time.sleep(LIFE[intake])
            run.forward.kill()
            run.forward.start()
            run.wait_healthy()
        run.drained(60 + SIGNALS / 200)
        duplicates = check(run, parts)
        lost = sum(request.events for request in run.meta.requests() if request.accepted and not request.status)
        print(f"Meta took {duplicates} of {SIGNALS} signals twice: answers for {lost} were lost, and {kills} processes")
        assert duplicates <= lost + kills * IN_FLIGHT


def test_a_new_token_in_its_file_is_used_without_a_restart(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    token = tokens / fakes.DATASET / "token"
    token.parent.mkdir(parents=True)
    token.write_text("dead-token")
    parts = storm_signals(50)
    with running(tmp_path, META_ACCESS_TOKENS_DIR=str(tokens)) as run:
        run.publish(parts)
        time.sleep(1)
        assert not run.meta.accepted()
        token.write_text(TOKEN)
        run.drained(30)
        assert len(run.meta.accepted()) == 50
        assert not run.dead_letters()
    log = (tmp_path / "forward.jsonl").read_text()
    assert '"circuit_open"' in log
    assert TOKEN not in log
    assert "dead-token" not in log
    assert fakes.SOMEBODY not in log
