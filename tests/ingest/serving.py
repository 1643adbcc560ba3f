"""The entry points as functions-framework serves them."""

import sys
from pathlib import Path

import pytest

from ingest.framework import create_app
from tests.ingest.fakes import Topics
from tests.requests import Client

ROOT = Path(__file__).parents[2]


def serve(target: str, topics: Topics | None, patch: pytest.MonkeyPatch) -> Client:
    """Return a client of the entry point; ``topics`` stands in for Pub/Sub where there is none."""
    app = create_app(target, str(ROOT / "ingest" / "main.py"))
    if topics is not None:
        for client in ("publisher_client", "loop_publisher"):
            patch.setattr(sys.modules["main"], client, lambda _timeout: topics)
    return Client(app)
