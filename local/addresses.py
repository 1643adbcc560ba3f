"""Where the processes of one stack listen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.ports import HOST, free_ports

STAND_INS = ("pubsub", "pubsub-control", "bucket", "meta")
SERVICES = ("ingest-store", "ingest-files", "handle", "forward", "ingest-collect", "ingest-reports")
NAMES = (*STAND_INS, *SERVICES)


@dataclass(frozen=True)
class Addresses:
    """The port of each stand-in and service, and the forms in which clients want them."""

    ports: Mapping[str, int]

    @classmethod
    def free(cls, services: Iterable[str] = SERVICES) -> Addresses:
        """Return addresses that nobody uses at this moment, for the stand-ins and ``services``."""
        names = (*STAND_INS, *services)
        return cls(dict(zip(names, free_ports(len(names)), strict=True)))

    def url(self, name: str) -> str:
        """Return the base URL of a stand-in or service."""
        return f"http://{HOST}:{self.ports[name]}"

    @property
    def pubsub(self) -> str:
        """``host:port`` of Pub/Sub's gRPC API, the form of ``PUBSUB_EMULATOR_HOST``."""
        return f"{HOST}:{self.ports['pubsub']}"


WELL_KNOWN = Addresses(dict(zip(NAMES, (8085, 8086, 4443, 8090, 8101, 8102, 8103, 8104, 8105, 8106), strict=True)))
"""Addresses that stay the same from start to start, for ``omnicapi up``."""
