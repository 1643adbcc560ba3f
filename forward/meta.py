"""The Conversions API over HTTP: one request of up to 1000 events, one answer (meta-capi.md §1).

The token travels in the header only: in an address it would end in access logs and exception texts (§1.2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote

import msgspec
import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers, parse_url

from forward.answer import Answer, read_answer
from forward.settings import ForwardSettings
from forward.tokens import Tokens
from omnicapi.errors import MetaUnavailable
from omnicapi.settings import Secret


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
            response = self._pool.request(
                "POST",
                f"{self._address}/{quote(dataset, safe='')}/events",
                body=self._body(events, token, test_event_code),
                headers={"Authorization": f"Bearer {token.reveal()}", "Content-Type": "application/json"},
                redirect=False,
                retries=False,
            )
        except HTTPError as error:
            # Not chained: the library's texts and frames name addresses and headers.
            raise MetaUnavailable(f"Meta did not answer for dataset {dataset} ({type(error).__name__}).") from None
        return read_answer(response.status, response.headers, response.data)

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


def appsecret_proof(app_secret: Secret, token: Secret) -> str:
    """Return Meta's proof that the sender knows the app's secret (meta-capi.md §1.2)."""
    return hmac.new(app_secret.reveal().encode(), token.reveal().encode(), hashlib.sha256).hexdigest()


def connection_pool(settings: ForwardSettings) -> urllib3.PoolManager:
    """Return a pool with as many kept-alive connections as requests may be under way."""
    options: dict[str, Any] = {
        "maxsize": settings.requests_in_flight,
        "timeout": urllib3.Timeout(connect=settings.meta_connect_timeout, read=settings.meta_read_timeout),
    }
    if settings.meta_proxy_url is None:
        return urllib3.PoolManager(**options)
    proxy = parse_url(settings.meta_proxy_url.reveal())
    headers = make_headers(proxy_basic_auth=proxy.auth) if proxy.auth else None
    return urllib3.ProxyManager(proxy._replace(auth=None).url, proxy_headers=headers, **options)
