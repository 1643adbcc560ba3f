"""functions-framework calls ingest's entry points, and adds nothing of its own to a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.framework import create_app
from tests.ingest.fakes import Topics
from tests.ingest.serving import serve
from tests.requests import Client

FAILING = """
from functions_framework.aio import http

@http
async def entry(request):
    raise ValueError("jane@example.com")
"""

TELLING = """
from functions_framework.aio import http
from starlette.responses import JSONResponse

@http
async def entry(request):
    return JSONResponse(sorted(request.headers))
"""


@pytest.mark.usefixtures("settings_of_a_deployment")
@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico", "/other"])
def test_every_address_is_answered_by_ingest(topics: Topics, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    answer = serve("store", topics, monkeypatch).get(path)
    assert (answer.status_code, answer.json) == (404, {"error": "Only /health answers GET."})


def test_what_an_entry_point_raises_is_left_to_the_server_which_logs_no_text_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "failing.py").write_text(FAILING)
    with pytest.raises(ValueError, match="jane"):
        Client(create_app("entry", str(tmp_path / "failing.py"))).post("/", json={})
    assert caplog.records == []


def test_a_request_reaches_the_entry_point_with_its_own_head(tmp_path: Path) -> None:
    (tmp_path / "telling.py").write_text(TELLING)
    answer = Client(create_app("entry", str(tmp_path / "telling.py"))).post("/", json={})
    assert "function-execution-id" not in answer.json
