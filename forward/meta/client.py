"""The Conversions API over HTTP: one request of up to 1000 events, one answer (meta-capi.md §1).

The token travels in the header only: in an address it would end in access logs and exception texts (§1.2).
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import quote

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import make_headers, parse_url

from forward.meta.answer import Answer, read_answer
from forward.meta.deadline import POOL_CLASSES
from forward.meta.tokens import Tokens
from forward.settings import ForwardSettings
from omnicapi.errors import MetaUnavailable
from omnicapi.settings import Secret
from omnicapi.storage.gzipped import MAGIC

ANSWER_BYTES = 1_000_000
"""Most bytes of an answer that are read; one to 1000 events has a few hundred."""

_PART = 65_536

_PACKED_PART = 1024

_GZIP = 16 + zlib.MAX_WBITS
"""What tells zlib that a gzip header comes first."""


class Meta(Protocol):
    """Whoever can carry events to Meta."""

    def send(self, dataset: str, events: Sequence[bytes], test_event_code: str | None = None) -> Answer:
        """Post ``events``, each one JSON object, to ``dataset``; raise :class:`MetaUnavailable` without an answer."""
        ...


class ConversionsApi:
    """Posts to ``/{version}/{dataset}/events`` over a warm pool of connections."""

    def __init__(self, settings: ForwardSettings, tokens: Tokens, pool: urllib3.PoolManager) -> None:
        self._settings = settings
        self._tokens = tokens
        self._pool = pool
        self._address = f"{settings.meta_api_url.rstrip('/')}/{settings.meta_api_version}"

    def send(self, dataset: str, events: Sequence[bytes], test_event_code: str | None = None) -> Answer:
        """Post the events once; retrying is Pub/Sub's work, with the same event ids.

        Raises :class:`MetaUnavailable` when no answer came, which leaves open whether Meta took them (§1.6), and
        :class:`~omnicapi.errors.MetaRefusedUs` without a token. Neither text holds the token or an event.
        """
        token = self._tokens.of(dataset)
        try:
            response: BaseHTTPResponse = self._pool.request(
                "POST",
                f"{self._address}/{quote(dataset, safe='')}/events",
                body=self._body(events, token, test_event_code),
                headers={"Authorization": f"Bearer {token.reveal()}", "Content-Type": "application/json"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except HTTPError as error:
            # Not chained: the library's texts and frames name addresses and headers.
            raise MetaUnavailable(f"Meta did not answer for dataset {dataset} ({type(error).__name__}).") from None
        body, broken = _read(response)
        answer = read_answer(response.status, response.headers, body, whole=not isinstance(broken, _Cut))
        if broken is None or answer.refusal is None or isinstance(broken, _Cut):
            return answer
        raise MetaUnavailable(f"Meta's answer for dataset {dataset} broke off ({type(broken).__name__}).")

    def _body(self, events: Sequence[bytes], token: Secret, test_event_code: str | None) -> bytes:
        rest: dict[str, str] = {}
        if self._settings.meta_partner_agent:
            rest["partner_agent"] = self._settings.meta_partner_agent
        if test_event_code:
            rest["test_event_code"] = test_event_code
        if self._settings.meta_app_secret is not None:
            rest["appsecret_proof"] = appsecret_proof(self._settings.meta_app_secret, token)
        tail = b"," + msgspec.json.encode(rest)[1:] if rest else b"}"
        return b'{"data":[' + b",".join(events) + b"]" + tail


class _Cut(Exception):
    """The answer went on beyond what is read of it, in bytes or seconds."""


def _read(response: BaseHTTPResponse) -> tuple[bytes, Exception | None]:
    """Return the body as far as it came, at most :data:`ANSWER_BYTES`, and why that is not all of it."""
    body = bytearray()
    broken: Exception | None = None
    try:
        # Undone by what the bytes are, not by what a header calls them: that may be wrong, and the answer still a yes.
        while len(body) <= ANSWER_BYTES and (part := response.read1(_PART, decode_content=False)):
            body += part
    except ReadTimeoutError:
        broken = _Cut()
    except HTTPError as error:
        broken = error
    if len(body) > ANSWER_BYTES:
        broken = _Cut()
    if broken is None:
        response.release_conn()
    else:
        response.close()
    unpacked = _unpacked(bytes(body[:ANSWER_BYTES]))
    return unpacked[:ANSWER_BYTES], _Cut() if len(unpacked) > ANSWER_BYTES else broken


def _unpacked(body: bytes) -> bytes:
    """Return a body that is packed with gzip as far as it can be unpacked, and little beyond what is read of any."""
    if not body.startswith(MAGIC):
        return body
    unpacked, unpacker = bytearray(), zlib.decompressobj(_GZIP)
    with suppress(zlib.error):  # what came before the damage may be all that is needed
        for start in range(0, len(body), _PACKED_PART):  # in parts, since damage costs all that one call would give
            unpacked += unpacker.decompress(body[start : start + _PACKED_PART], ANSWER_BYTES + 1)
            if len(unpacked) > ANSWER_BYTES:
                break
    return bytes(unpacked)


def appsecret_proof(app_secret: Secret, token: Secret) -> str:
    """Return Meta's proof that the sender knows the app's secret (meta-capi.md §1.2)."""
    return hmac.new(app_secret.reveal().encode(), token.reveal().encode(), hashlib.sha256).hexdigest()


def connection_pool(settings: ForwardSettings) -> urllib3.PoolManager:
    """Return a pool with as many kept-alive connections as requests may be under way.

    The read timeout is that of the whole answer.
    """
    options: dict[str, Any] = {
        "maxsize": settings.requests_in_flight,
        "timeout": urllib3.Timeout(connect=settings.meta_connect_timeout, read=settings.meta_read_timeout),
    }
    pool = _proxied(settings.meta_proxy_url, options) if settings.meta_proxy_url else urllib3.PoolManager(**options)
    pool.pool_classes_by_scheme = POOL_CLASSES
    return pool


def _proxied(url: Secret, options: dict[str, Any]) -> urllib3.PoolManager:
    proxy = parse_url(url.reveal())
    headers = make_headers(proxy_basic_auth=proxy.auth) if proxy.auth else None
    return urllib3.ProxyManager(proxy._replace(auth=None).url, proxy_headers=headers, **options)
