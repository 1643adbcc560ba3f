"""The platform's SIGTERM with a thousand requests open: every one is answered before the platform kills."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import Counter
from pathlib import Path

import aiohttp
import msgspec
import pytest

from local.meta.faults.kinds import ALWAYS, Hang, Latency
from tests.forward import fakes
from tests.forward.running import Running, running

pytestmark = pytest.mark.stack

ANSWERED_WITHIN = 9.0


def push_body(number: int) -> bytes:
    signal = fakes.signal(f"e{number}", event_time=int(time.time()) - 60)
    data = base64.b64encode(msgspec.json.encode([signal])).decode()
    return msgspec.json.encode({"message": {"data": data, "messageId": f"m{number}"}, "subscription": "s"})


async def stop_with_open_requests(run: Running, count: int) -> tuple[Counter[int], float]:
    """Open ``count`` requests, stop the process; return the statuses of the answers and the seconds until the last."""
    sent = Counter[str]()
    trace = aiohttp.TraceConfig()

    async def count_body(*_: object) -> None:
        sent["bodies"] += 1

    trace.on_request_chunk_sent.append(count_body)
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(60)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trace_configs=[trace]) as http:

        async def post(body: bytes) -> int:
            async with http.post(run.url, data=body) as response:
                return response.status

        requests = [asyncio.create_task(post(push_body(number))) for number in range(count)]
        while sent["bodies"] < count:
            await asyncio.sleep(0.05)
        # Connections are taken in their order, so when this is answered all the others are in hand.
        async with http.get(f"{run.url}/health") as health:
            assert health.status == 200
        assert not any(request.done() for request in requests)
        begun = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(run.forward.stop, 10.0))
        statuses = Counter(await asyncio.gather(*requests))
        seconds = time.monotonic() - begun
        print(f"{count} requests were answered within {seconds:.1f} s of SIGTERM: {dict(statuses)}")
        assert await stopping, "SIGTERM was not enough"
    return statuses, seconds


def test_requests_whose_batch_still_lingers_are_sent_and_acknowledged(tmp_path: Path) -> None:
    # One less than a full batch, so that nothing but SIGTERM makes it leave.
    with running(tmp_path, BATCH_LINGER="40") as run:
        run.meta.fault(Latency(1000, 1000), ALWAYS)
        statuses, seconds = asyncio.run(stop_with_open_requests(run, 999))
        assert statuses == {204: 999}
        assert seconds < ANSWERED_WITHIN
        assert len(run.meta.accepted()) == 999


def test_requests_that_wait_for_a_meta_that_hangs_are_answered_503_in_time(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        run.meta.fault(Hang(seconds=60), ALWAYS)
        statuses, seconds = asyncio.run(stop_with_open_requests(run, 1000))
        assert statuses == {503: 1000}
        assert seconds < ANSWERED_WITHIN


def test_the_pull_worker_stops_in_time_and_keeps_what_has_no_verdict(tmp_path: Path) -> None:
    with running(tmp_path, INTAKE="pull") as run:
        run.meta.fault(Hang(seconds=60), ALWAYS)
        run.publish([[fakes.signal(f"e{number}", event_time=int(time.time()) - 60)] for number in range(100)])
        run.wait_until_held(100)
        time.sleep(0.5)  # longer than BATCH_LINGER: the batch hangs at Meta by now
        begun = time.monotonic()
        assert run.forward.stop(10.0), "SIGTERM was not enough"
        assert time.monotonic() - begun < ANSWERED_WITHIN
        run.meta.clear()
        run.forward.start()
        run.drained(60)
        assert len(run.meta.accepted()) == 100
