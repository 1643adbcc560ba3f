"""Runs the code of a server template outside Tag Manager, in an engine that has what Google's sandbox has.

``sandbox.js`` is the inside: the APIs and the reduced language. This is the outside: permissions, HTTP, hashing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import quickjs

from tests.gtm.permissions import Permissions

_INSIDE = (Path(__file__).parent / "sandbox.js").read_text(encoding="utf-8")

_RUN = """
((inside, code, fields) => {
  const data = inside.parse(fields);
  data.gtmOnSuccess = () => inside.host.ended('success');
  data.gtmOnFailure = () => inside.host.ended('failure');
  const require = (name) => inside.api(name);
  const body = inside.compile('require', 'data', "'use strict';" + code);
  inside.lockDown();
  body(require, data);
  return inside.answer;
})
"""
"""JavaScript that runs a tag as the container does, and gives the function that answers its requests."""


@dataclass(frozen=True)
class Request:
    """An outgoing request of the tag."""

    url: str
    method: str
    headers: dict[str, str]
    timeout_ms: int
    scopes: list[str]
    body: str


@dataclass(frozen=True)
class Answer:
    """What an HTTP request came to: a status and body, or that it ``failed`` or ``timed_out``."""

    status: int = 0
    body: str = ""
    reason: str | None = None


Transport = Callable[[Request], Answer]


@dataclass(frozen=True)
class Incoming:
    """The request that the server container is handling, and the container itself."""

    event: Any
    cookies: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    ip: str | None = "203.0.113.7"
    client: str = "GA4"
    now_ms: int = 1_795_435_200_123
    preview: bool = False

    def as_json(self) -> str:
        """Write it as the sandbox reads it."""
        container = {
            "containerId": "GTM-TEST123",
            "version": "7",
            "previewMode": self.preview,
            "debugMode": self.preview,
            "environmentName": "",
            "environmentMode": False,
        }
        known = {"event": self.event, "cookies": self.cookies, "headers": self.headers, "client": self.client}
        optional = {} if self.ip is None else {"ip": self.ip}
        return json.dumps({**known, **optional, "nowMs": self.now_ms, "container": container})


@dataclass
class Run:
    """What a tag did. ``steps`` are its requests, its two callbacks and the answers to its requests, in their order."""

    requests: list[Request] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sandbox:
    """One template's code and permissions, to run against a ``transport``.

    ``encoding`` and ``well_formed`` are what Google's pages leave open: how ``toBase64`` encodes text, and whether
    ``JSON.stringify`` escapes half a surrogate pair.
    """

    code: str
    permissions: Permissions
    transport: Transport
    encoding: str = "utf-8"
    well_formed: bool = True

    def run(self, data: dict[str, Any], incoming: Incoming) -> Run:
        """Run the tag with its fields' values; raises ``quickjs.JSException`` where the sandbox would stop it."""
        host = Host(self, incoming)
        engine, inside = opened(host)
        answer = engine.eval(_RUN)(inside, self.code, json.dumps(data))
        host.answer_requests(engine, answer)
        return host.run


class Host:
    """What the inside asks of the outside; the methods in ``FUNCTIONS`` are functions there."""

    FUNCTIONS = ("request", "permission", "log", "ended", "bytes", "text", "sha256", "send")

    def __init__(self, sandbox: Sandbox, incoming: Incoming) -> None:
        self.run = Run()
        self.sandbox = sandbox
        self._incoming = incoming
        self._open: list[tuple[int, Request]] = []

    def request(self) -> str:
        return self._incoming.as_json()

    def permission(self, name: str, detail: str) -> str:
        return self.sandbox.permissions.refusal(name, json.loads(detail))

    def log(self, text: str) -> None:
        self.run.logs.append(json.loads(text))

    def ended(self, how: str) -> None:
        self.run.ended.append(how)
        self.run.steps.append(how)

    def bytes(self, text: str) -> str:
        return json.dumps(list(json.loads(text).encode(self.sandbox.encoding, "replace")))

    def text(self, base64_text: str) -> str:
        return json.dumps(base64.b64decode(json.loads(base64_text)).decode(self.sandbox.encoding))

    def sha256(self, text: str) -> str:
        return json.dumps(list(hashlib.sha256(json.loads(text).encode()).digest()))

    def send(self, ticket: int, text: str) -> None:
        wanted = json.loads(text)
        request = Request(
            url=wanted["url"],
            method=wanted.get("method", "GET"),
            headers=wanted.get("headers", {}),
            timeout_ms=wanted.get("timeout", 15_000),
            scopes=wanted.get("authorization", {}).get("scopes", []),
            body=wanted["body"],
        )
        self.run.requests.append(request)
        self.run.steps.append("request")
        self._open.append((ticket, request))

    def answer_requests(self, engine: quickjs.Context, answer: Callable[[int, str], None]) -> None:
        """Answer requests, and those they lead to, until the tag waits for nothing."""
        settle(engine)
        while self._open:
            ticket, request = self._open.pop(0)
            answered = self.sandbox.transport(request)
            self.run.steps.append(answered.reason or str(answered.status))
            result = {"statusCode": answered.status, "headers": {}, "body": answered.body, "failed": answered.reason}
            answer(ticket, json.dumps(result))
            settle(engine)


def opened(host: Host) -> tuple[quickjs.Context, quickjs.Object]:
    """Return a fresh engine and its inside, not yet locked down."""
    engine = quickjs.Context()
    for name in Host.FUNCTIONS:
        engine.add_callable(name, getattr(host, name))
    functions = engine.eval(f"({{{', '.join(Host.FUNCTIONS)}}})")
    return engine, engine.eval(_INSIDE)(functions, host.sandbox.well_formed)


def settle(engine: quickjs.Context) -> None:
    """Let every promise that can go on go on."""
    while engine.execute_pending_job():
        pass
