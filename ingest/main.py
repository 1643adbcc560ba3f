"""The entry points of ingest, served by functions-framework: ``store``, ``files``, ``reports``, ``collect``.

FUNCTION_TARGET says which.

The ``http`` signature, because an answer needs its own status code and its body must never quote the request
(gcp.md §1.9, traps 3 and 4). Importing this module does nothing yet: it happens before the server forks (trap 2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import flask
import functions_framework
import msgspec

from ingest import assembly
from ingest.assembly import Lazy
from ingest.collector.collector import Collect, refusal, response
from ingest.settings import CollectSettings, FilesSettings, IngestSettings, ReportsSettings, StoreSettings
from ingest.topic.store import Store
from omnicapi import logs
from omnicapi.errors import ConfigurationError
from omnicapi.publisher import publisher_client
from omnicapi.service import HEALTH_PATH, Answer, answer_health, respond
from omnicapi.settings import load
from omnicapi.storage.documents import storage_client

if TYPE_CHECKING:
    from ingest.files.intake import Files
    from ingest.reports.intake import Reports

S = TypeVar("S", bound=IngestSettings)


def _settings(service: str, cls: type[S]) -> S:
    settings = load(cls, os.environ)
    logs.setup(service, settings.google_cloud_project, settings.log_level)
    return settings


def _storage_client(settings: IngestSettings) -> Callable[[], Any]:
    return Lazy(lambda: storage_client(settings.google_cloud_project))


def _make_store() -> Store:
    settings = _settings("ingest-store", StoreSettings)
    return assembly.store(settings, publisher_client(settings.publish_timeout), _storage_client(settings))


def _make_files() -> Files:
    settings = _settings("ingest-files", FilesSettings)
    return assembly.files(settings, publisher_client(settings.publish_timeout), _storage_client(settings))


def _make_reports() -> Reports:
    settings = _settings("ingest-reports", ReportsSettings)
    return assembly.reports(settings, _storage_client(settings))


def _make_collect() -> Collect:
    settings = _settings("ingest-collect", CollectSettings)
    return assembly.collect(settings, publisher_client(settings.publish_timeout), _storage_client(settings))


_store = Lazy(_make_store)
_files = Lazy(_make_files)
_reports = Lazy(_make_reports)
_collect = Lazy(_make_collect)


@functions_framework.http
def store(request: flask.Request) -> Answer | flask.Response:
    """Answer a push of topic ``event-of-interest``, or ``GET /health``."""
    return _answer(request, _store)


@functions_framework.http
def files(request: flask.Request) -> Answer | flask.Response:
    """Answer a push of the bucket's notifications, or ``GET /health``."""
    return _answer(request, _files)


@functions_framework.http
def reports(request: flask.Request) -> Answer | flask.Response:
    """Answer a push of topic ``outcomes``, or ``GET /health``."""
    return _answer(request, _reports)


@functions_framework.http
def collect(request: flask.Request) -> flask.Response:
    """Answer a request that brings events to ``/collect``, or ``GET /health``."""
    if request.path == HEALTH_PATH:
        state, status = answer_health(request, lambda: _health(_collect))
        return response(HTTPStatus(status), state)
    try:
        service = _collect()
    except ConfigurationError as error:
        return refusal(error)
    return service.answer(request)


def _answer(request: flask.Request, service: Lazy[Store] | Lazy[Files] | Lazy[Reports]) -> Answer | flask.Response:
    answer = respond(request, lambda message: service().receive(message), lambda: _health(service))
    if answer[1] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Before any answer but a streamed one the framework reads the whole body, however large it is.
        return flask.Response(iter([msgspec.json.encode(answer[0])]), answer[1], mimetype="application/json")
    return answer


def _health(service: Lazy[Store] | Lazy[Files] | Lazy[Reports] | Lazy[Collect]) -> Mapping[str, Any]:
    try:
        service()
    except ConfigurationError as error:
        return {"status": "misconfigured", "error": str(error)}
    return {"status": "ok"}
