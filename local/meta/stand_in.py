"""The stand-in itself: a call comes in, an answer goes out, and what happened is remembered."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from local.meta.accepted_events import Receipt
from local.meta.access import Access, version_error
from local.meta.answers import Answer, cut, failure, header_safe, new_fbtrace_id, proxy_page, success, usage_headers
from local.meta.batch import Batch
from local.meta.errors import GraphError, json_path
from local.meta.faults.kinds import (
    Hang,
    Html,
    Kind,
    Latency,
    LoseAnswer,
    Poison,
    Refuse,
    Reset,
    Throttle,
    Undercount,
    Usage,
)
from local.meta.faults.registry import Faults
from local.meta.judge import judge
from local.meta.received import Received, RequestRecord
from local.meta.settings import Settings


@dataclass(frozen=True, slots=True)
class Call:
    """One `POST /{version}/{dataset}/events`, read."""

    version: str
    dataset: str
    batch: Batch
    user_agent: str = ""
    content_type: str = ""
    body_bytes: int = 0


class StandIn:
    """Meta's side of the Conversions API for any number of threads. `clock` gives the time in Unix seconds."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self.access = Access(settings)
        self.faults = Faults()
        self.received = Received()

    def answer(self, call: Call) -> Answer:
        """Answer a call as Meta would, or as commanded; what is answered is recorded before."""
        started, now = time.perf_counter(), self._clock()
        receipt = Receipt(call.dataset, new_fbtrace_id(), int(now * 1000))
        faults = self.faults.fire("edge", call.dataset)
        answer = self._edge(faults, receipt) or self._verdict(call, receipt)
        answer = replace(answer, headers={**answer.headers, **self._usual_headers(call, faults, receipt)})
        self.received.log(_record(call, receipt, answer, (time.perf_counter() - started) * 1000))
        return answer

    def _edge(self, faults: Iterable[Kind], receipt: Receipt) -> Answer | None:
        """Act out the faults that need no look at the events; the first that answers ends the call."""
        for fault in faults:
            match fault:
                case Latency():
                    self.faults.wait(fault.min_ms / 1000, fault.max_ms / 1000)
                case Refuse():
                    return failure(_commanded(fault), receipt.fbtrace_id)
                case Throttle():
                    return failure(self._throttled(fault), receipt.fbtrace_id)
                case Html():
                    return proxy_page(fault.status)
                case Hang():
                    self.faults.wait(fault.seconds, fault.seconds)
                    return cut()
                case Reset():
                    return cut()
        return None

    def _verdict(self, call: Call, receipt: Receipt) -> Answer:
        now, batch = receipt.received_ms // 1000, call.batch
        error = version_error(call.version, now) or self.access.error(
            call.dataset, batch.access_token, batch.appsecret_proof
        )
        if error is None and (breach := judge(batch, now)):
            error = breach.as_error(self._settings.locale)
        if error:
            return failure(error, receipt.fbtrace_id)
        return self._accept(batch, receipt)

    def _accept(self, batch: Batch, receipt: Receipt) -> Answer:
        """Record a batch that breaks no rule, unless one of its events is poisoned."""
        events = batch.events or []
        ids = [event.get("event_id") for event in events]
        faults = self.faults.fire("verdict", receipt.dataset, ids)
        for fault in faults:
            if isinstance(fault, Poison):
                return failure(_poisoned(fault, ids), receipt.fbtrace_id)
        self.received.accept(receipt, events, batch.texts)
        for fault in faults:
            if isinstance(fault, LoseAnswer):
                self.faults.wait(fault.seconds, fault.seconds)
                return cut(accepted=True)
        missing = sum(fault.missing for fault in faults if isinstance(fault, Undercount))
        return success(len(events) - missing, receipt.fbtrace_id)

    def _throttled(self, fault: Throttle) -> GraphError:
        headers = usage_headers(fault.percent, fault.regain_minutes, self._settings.business_id)
        text = f"(#{fault.code}) Application request limit reached"
        return GraphError(fault.status, fault.code, text, fault.subcode, is_transient=True, headers=headers)

    def _usual_headers(self, call: Call, faults: Iterable[Kind], receipt: Receipt) -> dict[str, str]:
        headers = {"facebook-api-version": header_safe(call.version), "x-fb-request-id": receipt.fbtrace_id}
        for fault in faults:
            if isinstance(fault, Usage):
                headers |= usage_headers(fault.percent, fault.regain_minutes, self._settings.business_id)
        return headers


def _commanded(fault: Refuse) -> GraphError:
    return GraphError(fault.status, fault.code, fault.message, fault.subcode, is_transient=fault.is_transient)


def _poisoned(fault: Poison, event_ids: list[object]) -> GraphError:
    index = next(at for at, event_id in enumerate(event_ids) if fault.strikes(event_id))
    where = f" The parameter {json_path('data', index)} is not valid." if fault.path else ""
    return GraphError(
        fault.status,
        fault.code,
        "Invalid parameter",
        fault.subcode,
        is_transient=False,
        user_title="Server Side Api Parameter Error",
        user_msg=f"An event of this request cannot be taken.{where}",
    )


def _record(call: Call, receipt: Receipt, answer: Answer, took_ms: float) -> RequestRecord:
    return RequestRecord(
        received_ms=receipt.received_ms,
        took_ms=round(took_ms, 3),
        version=call.version,
        dataset=call.dataset,
        events=len(call.batch.events or ()),
        body_bytes=call.body_bytes,
        content_type=call.content_type,
        user_agent=call.user_agent,
        fbtrace_id=receipt.fbtrace_id,
        status=answer.status,
        code=answer.code,
        subcode=answer.subcode,
        accepted=answer.accepted,
    )
