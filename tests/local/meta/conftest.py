"""A stand-in over real HTTP, whose clock stands still, and ways to talk to it."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import urllib3

from local.meta.control import MetaControl
from local.meta.in_thread import stand_in
from local.meta.settings import Settings

NOW = 1_795_000_000
TOKEN = "a-good-token"

Post = Callable[..., urllib3.BaseHTTPResponse]


@pytest.fixture
def now() -> int:
    """The stand-in's clock: 2026-11-18 UTC, in Unix seconds."""
    return NOW


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with stand_in(Settings(tokens=(TOKEN,)), clock=lambda: float(NOW)) as url:
        yield url


@pytest.fixture
def control(base_url: str) -> MetaControl:
    """The control of a stand-in that remembers nothing and behaves."""
    meta = MetaControl(base_url)
    meta.clear()
    meta.reset()
    meta.set_tokens(TOKEN)
    return meta


@pytest.fixture
def post(base_url: str, control: MetaControl) -> Post:
    """Post events as JSON to a dataset; keyword arguments replace headers, path or timeout."""
    http = urllib3.PoolManager(maxsize=32)

    def send(*events: Any, dataset: str = "123", **how: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "User-Agent": "a-test"}
        url = how.pop("url", f"{base_url}/v25.0/{dataset}/events")
        body = how.pop("body", None) or msgspec.json.encode({"data": events, **how.pop("beside", {})})
        headers |= how.pop("headers", {})
        return http.request("POST", url, body=body, headers=headers, retries=False, timeout=how.pop("timeout", 20))

    return send
