"""The entry points as functions-framework serves them."""

import sys
from pathlib import Path
from typing import Any

import flask
import functions_framework
import pytest
from flask.testing import FlaskClient

from tests.ingest.fakes import Topics

ROOT = Path(__file__).parents[2]


def serve(target: str, topics: Topics | None, patch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a client of the entry point; ``topics`` stands in for Pub/Sub where there is none."""
    make: Any = functions_framework.create_app
    app: flask.Flask = make(target, str(ROOT / "ingest" / "main.py"), "http")
    if topics is not None:
        patch.setattr(sys.modules["main"], "publisher_client", lambda _timeout: topics)
    return app.test_client(use_cookies=False)
