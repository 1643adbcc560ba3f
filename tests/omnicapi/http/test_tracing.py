"""The trace of a request is its task's, whichever header names it, and nobody else's."""

import asyncio

import pytest

from omnicapi.http import tracing
from omnicapi.http.tracing import Trace
from tests.loops import run

TRACE = "105445aa7843bc8bf206b12000100000"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("x-cloud-trace-context", f"{TRACE}/1;o=1", Trace(TRACE, "0000000000000001", True)),
        ("x-cloud-trace-context", f"{TRACE}/1", Trace(TRACE, "0000000000000001", False)),
        ("x-cloud-trace-context", TRACE, Trace(TRACE, "", False)),
        ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01", Trace(TRACE, "00f067aa0ba902b7", True)),
        ("traceparent", "planted", None),
        ("x-cloud-trace-context", "ana@example.com", None),
    ],
)
def test_a_trace_is_read_from_the_head(name: str, value: str, expected: Trace | None) -> None:
    async def answer() -> Trace | None:
        tracing.enter({"headers": [(name.encode(), value.encode())]})
        return tracing.current()

    assert run(answer()) == expected


def test_requests_side_by_side_have_each_their_own() -> None:
    async def answer(number: int) -> str:
        trace = f"{number:032x}"
        tracing.enter({"headers": [(b"traceparent", f"00-{trace}-00f067aa0ba902b7-00".encode())]})
        await asyncio.sleep(0)
        found = tracing.current()
        assert found is not None
        return found.trace_id

    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*[answer(number) for number in range(1, 20)]))

    assert run(all_of_them()) == [f"{number:032x}" for number in range(1, 20)]
