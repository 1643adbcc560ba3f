"""The entry points of ingest, served by functions-framework: ``store`` and ``files``; FUNCTION_TARGET says which.

The ``http`` signature, because an answer needs its own status code and its body must never quote the request
(gcp.md §1.9, traps 3 and 4). Importing this module does nothing yet: it happens before the server forks (trap 2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import flask
import functions_framework

from ingest import assembly
from ingest.assembly import Lazy
from ingest.files import Files
from ingest.settings import IngestSettings
from ingest.store import Store
from omnicapi import logs
from omnicapi.errors import ConfigurationError
from omnicapi.publisher import publisher_client
from omnicapi.service import MAX_BODY, Answer, respond
from omnicapi.settings import load


def _settings(service: str) -> IngestSettings:
    settings = load(IngestSettings, os.environ)
    logs.setup(service, settings.google_cloud_project, settings.log_level)
    return settings


def _storage_client(settings: IngestSettings) -> Callable[[], Any]:
    from google.cloud.storage import Client  # noqa: PLC0415 - slow to import, and store needs it only for maps in a bucket

    return Lazy(lambda: Client(project=settings.google_cloud_project))


def _make_store() -> Store:
    settings = _settings("ingest-store")
    return assembly.store(settings, publisher_client(), _storage_client(settings))


def _make_files() -> Files:
    settings = _settings("ingest-files")
    return assembly.files(settings, publisher_client(), _storage_client(settings))


_store = Lazy(_make_store)
_files = Lazy(_make_files)


@functions_framework.http
def store(request: flask.Request) -> Answer:
    """Answer a push of topic ``event-of-interest``, or ``GET /health``."""
    return _answer(request, _store)


@functions_framework.http
def files(request: flask.Request) -> Answer:
    """Answer a push of the bucket's notifications, or ``GET /health``."""
    return _answer(request, _files)


def _answer(request: flask.Request, service: Lazy[Store] | Lazy[Files]) -> Answer:
    request.max_content_length = (
        MAX_BODY  # the framework sets none, and a chunked body does not say its length (trap 5)
    )
    return respond(request, lambda message: service().receive(message), lambda: _health(service))


def _health(service: Lazy[Store] | Lazy[Files]) -> Mapping[str, Any]:
    try:
        service()
    except ConfigurationError as error:
        return {"status": "misconfigured", "error": str(error)}
    return {"status": "ok"}
