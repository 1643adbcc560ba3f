"""The entry points of ingest, served by functions-framework: ``store``, ``files``, ``reports``, ``collect``.

FUNCTION_TARGET says which.

The ``http`` signature, because an answer needs its own status code and its body must never quote the request
(gcp.md §1.9, traps 3 and 4). Asynchronous, so that a push that waits is no thread (docs/adr/0190-event-loop.md).
Importing this module does nothing yet: what cannot be used is told by ``/health`` and each answer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from functions_framework.aio import http
from starlette.requests import Request
from starlette.responses import Response

from ingest import assembly
from ingest.assembly import Lazy
from ingest.collector.collector import Collect, refusal
from ingest.settings import CollectSettings, FilesSettings, IngestSettings, ReportsSettings, StoreSettings
from omnicapi import logs
from omnicapi.errors import ConfigurationError
from omnicapi.http import tracing
from omnicapi.http.admission import Admission
from omnicapi.http.asgi import Reply
from omnicapi.http.service import HEALTH_PATH, Door, Take, answer_health
from omnicapi.intake.push import PushMessage
from omnicapi.publishing.publisher import loop_publisher, publisher_client
from omnicapi.settings import load
from omnicapi.storage.documents import storage_client

S = TypeVar("S", bound=IngestSettings)


def _settings(service: str, cls: type[S]) -> S:
    settings = load(cls, os.environ)
    logs.setup(service, settings.google_cloud_project, settings.log_level)
    return settings


def _storage_client(settings: IngestSettings) -> Callable[[], Any]:
    return Lazy(lambda: storage_client(settings.google_cloud_project))


def _make_store() -> Door:
    settings = _settings("ingest-store", StoreSettings)
    made = assembly.store(settings, loop_publisher(settings.publish_timeout), _storage_client(settings))
    return Door(made.receive, admission=Admission(settings.in_work_bytes))


def _make_files() -> Door:
    settings = _settings("ingest-files", FilesSettings)
    made = assembly.files(settings, publisher_client(settings.publish_timeout), _storage_client(settings))

    async def take(message: PushMessage) -> None:
        await asyncio.to_thread(made.receive, message)  # minutes of work, most of which wait

    return Door(take, admission=Admission(settings.in_work_bytes))


def _make_reports() -> Door:
    settings = _settings("ingest-reports", ReportsSettings)
    made = assembly.reports(settings, _storage_client(settings))
    return Door(made.receive, admission=Admission(settings.in_work_bytes))


def _make_collect() -> Collect:
    settings = _settings("ingest-collect", CollectSettings)
    return assembly.collect(settings, loop_publisher(settings.publish_timeout), _storage_client(settings))


_store = Lazy(_make_store)
_files = Lazy(_make_files)
_reports = Lazy(_make_reports)
_collect = Lazy(_make_collect)


@http
async def store(request: Request) -> Response:
    """Answer a push of topic ``event-of-interest``, or ``GET /health``."""
    return await _answer(request, _store)


@http
async def files(request: Request) -> Response:
    """Answer a push of the bucket's notifications, or ``GET /health``."""
    return await _answer(request, _files)


@http
async def reports(request: Request) -> Response:
    """Answer a push of topic ``outcomes``, or ``GET /health``."""
    return await _answer(request, _reports)


@http
async def collect(request: Request) -> Response:
    """Answer a request that brings events to ``/collect``, or ``GET /health``."""
    tracing.enter(request.scope)
    if request.scope["path"] == HEALTH_PATH:
        return _response(answer_health(request.scope, lambda: _health(_collect)))
    try:
        service = _collect()
    except ConfigurationError as error:
        return _response(refusal(error))
    return _response(await service.answer(request))


async def _answer(request: Request, service: Lazy[Door]) -> Response:
    try:
        door = service()
    except ConfigurationError as error:
        door = Door(_refusing(error), lambda: _health(service))
    return _response(await door.respond(request.scope, request.receive))


def _response(answer: Reply) -> Response:
    return Response(answer.content, answer.status, answer.headers, answer.content_type if answer.content else None)


def _refusing(error: ConfigurationError) -> Take:
    async def take(_: PushMessage) -> None:
        raise error.with_traceback(None)

    return take


def _health(service: Lazy[Any]) -> Mapping[str, Any]:
    try:
        service()
    except ConfigurationError as error:
        return {"status": "misconfigured", "error": str(error)}
    return {"status": "ok"}
