"""A publisher client that remembers what it was given and answers as it is told."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field


@dataclass
class RecordingClient:
    """Confirms each message at once; with ``error`` it fails each; with ``silent`` it never answers."""

    error: Exception | None = None
    silent: bool = False
    published: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    futures: list[Future[str]] = field(default_factory=list)

    def topic_path(self, project: str, topic: str) -> str:
        """Return the full name of a topic."""
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        """Remember the message and answer."""
        future: Future[str] = Future()
        self.published.append((topic, data, attributes))
        self.futures.append(future)
        if self.error is not None:
            future.set_exception(self.error)
        elif not self.silent:
            future.set_result(str(len(self.published)))
        return future
