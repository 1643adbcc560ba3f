"""The proxy: what Cloud Storage would refuse is refused, the rest is passed on to the server behind."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote
from weakref import WeakValueDictionary

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, web
from yarl import URL

from local.strict_bucket import conditions
from local.strict_bucket.answers import Refused
from local.strict_bucket.conditions import ABSENT, judge, judge_source
from local.strict_bucket.faults import Fault, Faults
from local.strict_bucket.pace import Pace
from local.strict_bucket.uploads import Upload, check_names, hashes, upload

FAULTS_PATH = "/_stand-in/faults"

_OBJECT = re.compile(r"(?:/download)?/storage/v1/b/([^/]+)/o/([^/]+)")
_REWRITE = re.compile(r"/storage/v1/b/([^/]+)/o/([^/]+)/(?:rewriteTo|copyTo)/b/([^/]+)/o/([^/]+)")
_UPLOAD = re.compile(r"(?:/resumable)?/upload/(?:resumable/|storage/v1/b/([^/]+)/o)?.*")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
_OURS = ("Accept-Encoding", "User-Agent", "Content-Type")
_SESSIONS = 1000
Object = tuple[str, str]


class Proxy:
    """Answers as Cloud Storage for the server at ``behind``."""

    def __init__(self, behind: str, pace: Pace) -> None:
        self._behind, self._pace = behind, pace
        self._faults = Faults()
        self._uploads: dict[str, Upload] = {}
        self._locks: WeakValueDictionary[Object, asyncio.Lock] = WeakValueDictionary()
        self._http: ClientSession

    def app(self) -> web.Application:
        """Return the application that serves all paths."""
        app = web.Application(client_max_size=2**30)
        app.cleanup_ctx.append(self._connected)
        app.router.add_post(FAULTS_PATH, self._order)
        app.router.add_route("*", r"/{path:[\s\S]*}", self._serve)
        return app

    async def _connected(self, _: web.Application) -> Any:
        async with ClientSession(auto_decompress=False) as self._http:
            yield

    async def _order(self, request: web.Request) -> web.Response:
        self._faults.order(msgspec.json.decode(await request.read(), type=list[Fault]))
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.next(request.method, unquote(request.raw_path))
        try:
            await _befall(fault)
            answer = await self._judged(request, await request.read())
        except Refused as refused:
            answer = refused.response()
        except ClientError as error:
            answer = Refused(HTTPStatus.SERVICE_UNAVAILABLE, f"The server behind: {type(error).__name__}").response()
        if fault is not None and fault.kind == "lost" and request.transport is not None:
            request.transport.abort()
        return answer

    async def _judged(self, request: web.Request, body: bytes) -> web.Response:
        path = request.rel_url.raw_path
        if rewrite := _REWRITE.fullmatch(path):
            from_bucket, from_name, bucket, name = map(unquote, rewrite.groups())
            return await self._rewrite(request, body, (from_bucket, from_name), (bucket, name))
        if found := _OBJECT.fullmatch(path):
            bucket, name = map(unquote, found.groups())
            return await self._object(request, body, (bucket, name))
        if request.method in {"POST", "PUT"} and (found := _UPLOAD.fullmatch(path)):
            return await self._upload(request, body, unquote(found[1] or ""))
        return await self._pass(request, body)

    async def _rewrite(self, request: web.Request, body: bytes, source: Object, target: Object) -> web.Response:
        about = json.loads(body) if body else {}
        check_names(target[1], about.get("metadata") or {})
        async with self._lock(target):
            judge_source(request.query, await self._generation(source))
            judge(request.query, await self._generation(target), reading=False)
            return await self._change(request, body, target)

    async def _object(self, request: web.Request, body: bytes, target: Object) -> web.Response:
        reading = request.method in {"GET", "HEAD"}
        if reading and not conditions.ASKED & request.query.keys():
            return await self._pass(request, body)
        async with self._lock(target):
            there = await self._generation(target)
            if there == ABSENT:
                raise Refused(HTTPStatus.NOT_FOUND, f"No such object: {target[0]}/{target[1]}")
            judge(request.query, there, reading=reading)
            return await (self._pass(request, body) if reading else self._change(request, body, target))

    async def _upload(self, request: web.Request, body: bytes, bucket: str) -> web.Response:
        session = request.query.get("upload_id")
        if session is None:
            coming, content = upload(bucket, request.query, request.headers, body)
            coming.add(0, content)
        elif (known := self._uploads.get(session)) is not None:
            coming = known
            coming.expected |= hashes(request.headers)
        else:
            return await self._pass(request, body)
        target = coming.bucket, coming.name
        async with self._lock(target):
            judge(coming.conditions, await self._generation(target), reading=False)
            if session is None and request.query.get("uploadType") == "resumable":
                return await self._begun(request, body, coming)
            if session is not None and not self._complete(request, body, coming):
                return await self._pass(request, body)
            coming.check()
            return await self._change(request, body, target)

    async def _begun(self, request: web.Request, body: bytes, coming: Upload) -> web.Response:
        answer = await self._pass(request, body)
        session = URL(answer.headers.get("Location", "")).query.get("upload_id")
        if session is not None:
            self._uploads[session] = coming
            if len(self._uploads) > _SESSIONS:
                del self._uploads[next(iter(self._uploads))]
        return answer

    @staticmethod
    def _complete(request: web.Request, body: bytes, coming: Upload) -> bool:
        """Take a piece of a resumable upload in; say whether it is the last one."""
        place = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        if place is None:
            coming.add(coming.received, body)
            return not request.headers.get("Content-Range", "").endswith("/*")
        coming.add(int(place[1]), body)
        return place[2] != "*" and coming.received == int(place[2])

    async def _change(self, request: web.Request, body: bytes, target: Object) -> web.Response:
        self._pace.check(*target)
        answer = await self._pass(request, body)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._pace.changed(*target)
        return answer

    async def _generation(self, target: Object) -> int:
        """Return the generation that is there, or :data:`ABSENT`."""
        bucket, name = target
        address = URL(self._behind) / "storage" / "v1" / "b" / bucket / "o"
        url = URL(f"{address}/{quote(name, safe='')}", encoded=True)
        async with self._http.get(url) as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                return ABSENT
            return int((await answer.json(content_type=None))["generation"])

    async def _pass(self, request: web.Request, body: bytes) -> web.Response:
        # Judged already, and the server behind would judge some of it in another way.
        query = {name: value for name, value in request.rel_url.query.items() if name not in conditions.ASKED}
        url = URL(self._behind + request.rel_url.raw_path, encoded=True).with_query(query)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        headers["Host"] = request.host
        async with self._http.request(
            request.method, url, headers=headers, data=body, skip_auto_headers=_OURS, allow_redirects=False
        ) as answer:
            return _as_google(answer, await answer.read(), request)

    def _lock(self, target: Object) -> asyncio.Lock:
        return self._locks.setdefault(target, asyncio.Lock())


async def _befall(fault: Fault | None) -> None:
    """Do what comes before the request itself is served."""
    if fault is not None and fault.kind == "refused":
        raise Refused(fault.status, "We encountered an internal error. Please try again.")
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)


def _as_google(answer: ClientResponse, content: bytes, request: web.Request) -> web.Response:
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP]
    media = request.query.get("alt") == "media" or request.path.startswith("/download/")
    if not media and request.method != "HEAD" and "json" in answer.headers.get("Content-Type", ""):
        content = _with_generations(content)
    return web.Response(status=answer.status, headers=headers, body=content)


def _with_generations(content: bytes) -> bytes:
    """Return an answer about objects whose links to their content name its generation."""
    try:
        answer = json.loads(content)
    except ValueError:
        return content
    if not isinstance(answer, Mapping):
        return content
    for each in (answer, answer.get("resource"), *(answer.get("items") or ())):
        if isinstance(each, dict) and each.get("mediaLink") and each.get("generation"):
            each["mediaLink"] = str(URL(each["mediaLink"], encoded=True).update_query(generation=each["generation"]))
    return json.dumps(answer).encode()
