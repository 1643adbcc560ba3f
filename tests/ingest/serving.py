"""The entry points as functions-framework serves them."""

import sys
from pathlib import Path
from typing import Any

import pytest
from functions_framework.aio import create_asgi_app

from tests.ingest.fakes import Topics
from tests.requests import Client

ROOT = Path(__file__).parents[2]


def serve(target: str, topics: Topics | None, patch: pytest.MonkeyPatch) -> Client:
    """Return a client of the entry point; ``topics`` stands in for Pub/Sub where there is none."""
    make: Any = create_asgi_app
    app = make(target, str(ROOT / "ingest" / "main.py"), "http")
    if topics is not None:
        for client in ("publisher_client", "loop_publisher"):
            patch.setattr(sys.modules["main"], client, lambda _timeout: topics)
    return Client(app)
