"""Collect: events come by HTTPS, from back ends that hold a channel's key and from browsers on the client's pages.

``POST /collect/<channel>`` is answered once every event of the body is in the ``events`` queue or has an outcome that
says why not: with the fate of each, and none of its data. The shapes are those of topic ``event-of-interest``
(docs/sources.md).
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus

import msgspec
from starlette.requests import Request as HttpRequest

from ingest.collector.access import Access, Caller
from ingest.collector.browser import Request, caller_address, read_request
from ingest.collector.form_body import events_of
from ingest.publishing.bundles import Bundles
from ingest.settings import CollectSettings
from ingest.topic.reader import TopicReader
from omnicapi.errors import OmniCapiError, PermanentError, TransientError, UnknownChannel
from omnicapi.http.admission import Admission, Share
from omnicapi.http.asgi import RETRY_AFTER, Reply, TooLarge, TooSlow, header, read_body, reply
from omnicapi.http.service import TEMPORARY, closing, status_of
from omnicapi.intake.push import PushMessage
from omnicapi.logs import failure, fields
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.values.personal_data import impersonal

log = logging.getLogger(__name__)

STORED = "stored"

MOST_EVENTS = 5000
"""Items of a request: as anybody may send one, the memory that it takes is bounded by more than its bytes."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, X-Schema",
    "Access-Control-Max-Age": "7200",
}
_PACKED = (
    "The body is packed, as its Content-Encoding says (gzip, say); send it unpacked, without Content-Encoding: JSON in "
    "UTF-8, in several requests where it is too large for one."
)
_path = re.compile(r"/collect(?:/([^/]+))?/?").fullmatch


class Fate(msgspec.Struct, omit_defaults=True):
    """What became of one event: its id where it is stored, else what its outcome says."""

    verdict: str
    """``stored``, or that of the outcome."""
    event_id: str | None = None
    reason: str | None = None
    field: str | None = None
    message: str | None = None


class Receipt(msgspec.Struct):
    """The answer to a request that was read; ``events`` in their order in the body."""

    request_id: str
    stored: int
    events: list[Fate]


class Collect:
    """Takes requests. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(
        self,
        access: Access,
        reader: TopicReader,
        bundles: Bundles,
        settings: CollectSettings,
        clock_ms: Callable[[], int],
    ) -> None:
        self.admission = Admission(settings.in_work_bytes)
        self._access = access
        self._reader = reader
        self._bundles = bundles
        self._settings = settings
        self._clock_ms = clock_ms

    async def answer(self, request: HttpRequest) -> Reply:
        """Answer a request to ``/collect``.

        202: every event is stored or has an outcome that says why not; 400: so it is, and none was any good. 401, 403,
        413 and 415 come before anything is read. 429 and 503 mean: send the same again later.
        """
        path = _path(request.scope["path"])
        if path is None:
            return closing(reply(HTTPStatus.NOT_FOUND, {"error": "Events go to /collect/<channel>."}))
        channel = (path[1] or _said(request, "channel")).strip().casefold()
        if request.method == "OPTIONS":
            answer = self._preflight(channel, request)
        elif request.method == "POST":
            answer = await self._post(channel, request)
        else:
            answer = reply(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "Events come by POST."}, {"Allow": "OPTIONS, POST"})
        self._let_page_read(answer, channel, request)
        return answer

    def _preflight(self, channel: str, request: HttpRequest) -> Reply:
        if not self._access.admits_page(channel, header(request.scope, b"origin")):
            return reply(HTTPStatus.FORBIDDEN, {"error": "Pages of this origin may not send to this channel."})
        return Reply(HTTPStatus.NO_CONTENT, headers=dict(_PREFLIGHT))

    def _let_page_read(self, answer: Reply, channel: str, request: HttpRequest) -> None:
        origin = header(request.scope, b"origin")
        answer.headers["Vary"] = "Origin"
        if origin is not None and self._access.admits_page(channel, origin):
            answer.headers["Access-Control-Allow-Origin"] = origin
            # Beacons come with cookies, and _fbp and _fbc are wanted.
            answer.headers["Access-Control-Allow-Credentials"] = "true"

    async def _post(self, channel: str, request: HttpRequest) -> Reply:
        request_id = uuid.uuid4().hex
        try:
            with self.admission.request() as share:
                receipt = await self._receipt(channel, request, request_id, share)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer must not hold a traceback
            return refusal(error, request_id)
        bad = all(fate.verdict == "rejected" for fate in receipt.events)
        return reply(HTTPStatus.BAD_REQUEST if bad else HTTPStatus.ACCEPTED, receipt)

    async def _receipt(self, channel: str, request: HttpRequest, request_id: str, share: Share) -> Receipt:
        if not channel:
            raise UnknownChannel("Say the channel: POST to /collect/<channel>.")
        scope = request.scope
        hop = self._settings.client_ip_hop
        caller = self._access.caller(channel, _key(request), header(scope, b"origin"), caller_address(request, hop))
        browser = read_request(request, hop) if caller is Caller.BROWSER else None
        if (header(scope, b"content-encoding") or "").strip().casefold() not in ("", "identity"):
            raise Packed
        content = await read_body(scope, request.receive, self._settings.collect_max_bytes, share)
        attributes = {"channel": channel, "schema": _said(request, "schema")}
        read = self._read(content, header(scope, b"content-type"), attributes, request_id, browser)
        fates = await self._bundles.store(read, _fate, beside=self._reader.takes_long(len(content)))
        return Receipt(request_id, sum(fate.verdict == STORED for fate in fates), fates)

    def _read(
        self,
        content: bytes,
        content_type: str | None,
        attributes: dict[str, str],
        request_id: str,
        browser: Request | None,
    ) -> Iterator[Event | Outcome]:
        """Read the body as if it had been published, with the request as origin."""
        now = self._clock_ms()
        body = events_of(content, content_type)
        for one in self._reader.events(PushMessage(body, attributes, publish_ms=now), now):
            one.origin = Origin(request_id=request_id, index=one.origin.index)
            if browser is not None and isinstance(one, Event):
                browser.complete(one)
            yield one


class Packed(PermanentError):
    """A body has a Content-Encoding."""


def refusal(error: Exception, request_id: str | None = None) -> Reply:
    """Return the answer to a request of which nothing was stored for ``error``, and log it.

    What is left of its body is not read.
    """
    if isinstance(error, TooLarge):
        answer = reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "The body is too large; send fewer events."})
        return closing(answer)
    if isinstance(error, TooSlow):
        return closing(reply(HTTPStatus.REQUEST_TIMEOUT, {"error": "The body did not come in time; send it again."}))
    if isinstance(error, Packed):
        unpacked = {"Accept-Encoding": "identity"}
        return closing(reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": _PACKED}, unpacked))
    status = HTTPStatus(status_of(error))
    level = logging.WARNING if isinstance(error, TransientError | PermanentError) else logging.ERROR
    log.log(
        level,
        "request not collected",
        extra=fields(request_id=request_id, status=status, **failure(error)["json_fields"]),
    )
    text = str(error) if isinstance(error, OmniCapiError) else "The service failed; its log says where."
    answer = reply(status, {"request_id": request_id, "error": text})
    if status in TEMPORARY:
        answer.headers["Retry-After"] = RETRY_AFTER
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return closing(answer)


def _fate(one: Event | Outcome) -> Fate:
    if isinstance(one, Event):
        return Fate(STORED, impersonal(one.event_id))
    return Fate(one.verdict, one.event_id, one.reason, one.field, one.message)


def _key(request: HttpRequest) -> str | None:
    """Return the key; ``X-Api-Key`` goes first, because Cloud Run may want ``Authorization`` for itself."""
    scheme, _, bearer = (header(request.scope, b"authorization") or "").partition(" ")
    key = header(request.scope, b"x-api-key") or (bearer if scheme.casefold() == "bearer" else "")
    return key.strip() or None


def _said(request: HttpRequest, name: str) -> str:
    """Return what a header (``X-Channel``) or else the query says."""
    return header(request.scope, f"x-{name}".encode()) or request.query_params.get(name) or ""
