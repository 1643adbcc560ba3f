"""The client of the stand-in's control: command faults and tokens, ask what was accepted."""

from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from local.meta.accepted_events import Accepted
from local.meta.access import EXPIRED
from local.meta.control_api import PREFIX, Revocation, RuleLine, Tokens
from local.meta.faults.kinds import Command, Kind, When
from local.meta.received import RequestRecord, Summary

Reply = TypeVar("Reply")
_PAGE = 1000


class ControlError(Exception):
    """The stand-in did not take a command; the message is its own, with the key that is wrong."""


class MetaControl:
    """The control of the stand-in at `base_url`, such as `http://127.0.0.1:8090`. Safe for many threads."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = urllib3.PoolManager(maxsize=8, timeout=60.0)

    def fault(self, fault: Kind, when: When | None = None) -> None:
        """Command a fault: once, unless `when` says otherwise."""
        self._send("POST", "/faults", Command(fault, when or When()))

    def faults(self) -> list[Command]:
        """List the faults that are not used up."""
        return self._get("/faults", list[Command])

    def clear(self) -> None:
        """End all faults, and cut the connections that hang."""
        self._send("DELETE", "/faults")

    def set_tokens(self, *tokens: str, dataset: str | None = None) -> None:
        """Replace the good tokens: those of one dataset, or those good for every one."""
        self._send("PUT", "/tokens", Tokens(list(tokens), dataset))

    def revoke_token(self, token: str | None = None, subcode: int = EXPIRED) -> None:
        """End a token (None: every one): it is answered with 190 and this subcode until it is set again."""
        self._send("DELETE", "/tokens", Revocation(token, subcode))

    def accepted(
        self,
        *,
        event_id: str | None = None,
        event_name: str | None = None,
        dataset: str | None = None,
        fbtrace_id: str | None = None,
    ) -> list[Accepted]:
        """Find accepted events, in the order of acceptance; without a condition, all of them."""
        wanted = {"event_id": event_id, "event_name": event_name, "dataset": dataset, "fbtrace_id": fbtrace_id}
        query = {key: value for key, value in wanted.items() if value is not None}
        found: list[Accepted] = []
        while True:
            after = found[-1].number if found else -1
            page = self._get("/accepted", list[Accepted], **query, after=after, limit=_PAGE)
            found += page
            if len(page) < _PAGE:
                return found

    def requests(self) -> list[RequestRecord]:
        """List all requests in the order of their answers."""
        found: list[RequestRecord] = []
        while True:
            page = self._get("/requests", list[RequestRecord], skip=len(found), limit=_PAGE)
            found += page
            if len(page) < _PAGE:
                return found

    def summary(self) -> Summary:
        """Count requests, accepted events, duplicates, batch sizes and refusals."""
        return self._get("/summary", Summary)

    def rules(self) -> list[RuleLine]:
        """List the rules the stand-in enforces."""
        return self._get("/rules", list[RuleLine])

    def reset(self) -> None:
        """Forget the requests and the accepted events; faults and tokens stay."""
        self._send("DELETE", "/records")

    def is_up(self) -> bool:
        """Say whether the stand-in answers."""
        try:
            self._get("/health", dict[str, str])
        except urllib3.exceptions.HTTPError:
            return False
        return True

    def _get(self, path: str, reply: type[Reply], **query: Any) -> Reply:
        return msgspec.json.decode(self._call("GET", f"{path}?{urlencode(query)}", None), type=reply)

    def _send(self, method: str, path: str, order: msgspec.Struct | None = None) -> None:
        self._call(method, path, None if order is None else msgspec.json.encode(order))

    def _call(self, method: str, path: str, body: bytes | None) -> bytes:
        answer = self._http.request(method, self.base_url + PREFIX + path, body=body, retries=False)
        if answer.status != 200:  # noqa: PLR2004  (the HTTP status itself)
            raise ControlError(f"{method} {PREFIX}{path} was answered {answer.status}: {answer.data.decode()}")
        return answer.data
