"""The Python client of the control port, for tests and demonstrations in any process."""

import time
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
import urllib3

from local.pubsub.controls.status import SubscriptionStatus, TopicStatus
from local.pubsub.faults import SubscriptionFaults, TopicFaults

_T = TypeVar("_T")

_NOT_OK = 400


class ControlError(Exception):
    """The broker refused a command; the message says why."""


class NotDrainedError(ControlError):
    """Messages were still unacknowledged when the time was up; the message says how many and where."""


class Control:
    """Commands and inspects a broker through its control ``url`` (``http://127.0.0.1:PORT``).

    Topics and subscriptions go by their full names. Every method raises ControlError when the broker refuses, and
    urllib3.exceptions.HTTPError when it cannot be reached within ``timeout`` seconds.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._url = url
        self._http = urllib3.PoolManager(timeout=timeout, retries=False)

    def subscriptions(self) -> list[SubscriptionStatus]:
        """Every subscription, all in one moment."""
        return self._call("GET", "subscriptions", list[SubscriptionStatus])

    def subscription(self, name: str) -> SubscriptionStatus:
        """One subscription."""
        return self._call("GET", name, SubscriptionStatus)

    def set_subscription_faults(self, name: str, faults: SubscriptionFaults) -> None:
        """Replace the subscription's faults."""
        self._call("PUT", f"{name}/faults", SubscriptionStatus, faults)

    def clear_subscription_faults(self, name: str) -> None:
        """Let the subscription behave; messages already held back keep their delay."""
        self._call("DELETE", f"{name}/faults", SubscriptionStatus)

    def topics(self) -> list[TopicStatus]:
        """Every topic."""
        return self._call("GET", "topics", list[TopicStatus])

    def topic(self, name: str) -> TopicStatus:
        """One topic."""
        return self._call("GET", name, TopicStatus)

    def set_topic_faults(self, name: str, faults: TopicFaults) -> None:
        """Replace the topic's faults."""
        self._call("PUT", f"{name}/faults", TopicStatus, faults)

    def clear_topic_faults(self, name: str) -> None:
        """Let publishing succeed."""
        self._call("DELETE", f"{name}/faults", TopicStatus)

    def wait_until_drained(self, names: Iterable[str] | None = None, *, timeout: float = 60.0) -> None:
        """Return when the named subscriptions (default: all that push) hold no unacknowledged message at one moment.

        A receiver that publishes before it acknowledges is followed through any chain of topics: its message is
        never between two subscriptions. Raises NotDrainedError after ``timeout`` seconds.
        """
        chosen = None if names is None else {self.subscription(name).name for name in names}
        end = time.monotonic() + timeout
        while waiting := [status for status in self.subscriptions() if status.unacked and _is_chosen(status, chosen)]:
            if time.monotonic() > end:
                held = ", ".join(f"{status.name}: {status.unacked}" for status in waiting)
                raise NotDrainedError(f"Not drained after {timeout:g} s; unacknowledged messages: {held}.")
            time.sleep(0.05)

    def _call(self, method: str, path: str, kind: type[_T], body: Any = None) -> _T:
        content = None if body is None else msgspec.json.encode(body)
        response = self._http.request(method, f"{self._url}/{path}", body=content)
        if response.status >= _NOT_OK:
            raise ControlError(f"{method} /{path}: {response.status} {response.data.decode(errors='replace')}")
        return msgspec.json.decode(response.data, type=kind)


def _is_chosen(status: SubscriptionStatus, chosen: set[str] | None) -> bool:
    return bool(status.push_endpoint) if chosen is None else status.name in chosen
