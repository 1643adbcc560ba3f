"""The pipeline's services as this machine runs them: which image, which settings. One place says all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local import images
from local.addresses import Addresses
from local.ports import HOST
from local.process import Process, base_environment
from omnicapi.supplied import ROOT, supplied

PROJECT = "omnicapi-local"
BUCKET = "omnicapi-local"
DATASET = "1234567890123456"
TOKEN = "local-token"  # noqa: S105 - the stand-in's, worth nothing anywhere else

Settings = Mapping[str, str]


@dataclass(frozen=True)
class Service:
    """A service: the image it runs from, and its own settings beside those that all of them get.

    A worker does not listen: it fetches.
    """

    image: str
    settings: Settings = field(default_factory=dict)
    listens: bool = True


SERVICES: Mapping[str, Service] = {
    "ingest-store": Service("ingest", {"FUNCTION_TARGET": "store"}),
    "ingest-files": Service("ingest", {"FUNCTION_TARGET": "files"}),
    "ingest-reports": Service("ingest", {"FUNCTION_TARGET": "reports"}),
    "handle": Service("handle", {"META_DATASET_ID": DATASET}),
    "forward": Service("forward", {"META_ACCESS_TOKEN": TOKEN, "PROBE_INTERVAL": "1"}),
}
"""Every service that there always is, by its name. ``PROBE_INTERVAL`` is short, so that a dataset that Meta had reason
to refuse soon goes on."""


OPTIONAL: Mapping[str, Service] = {
    "ingest-collect": Service(
        "ingest",
        {
            "FUNCTION_TARGET": "collect",
            "COLLECT_KEYS_DIR": str(ROOT / "local" / "keys"),
            "COLLECT_ORIGINS": '{"web": ["http://localhost:8000"]}',
        },
    ),
}
"""Services that a deployment may have besides. The collector's keys are files in ``local/keys``."""

COLLECTOR_KEY = (ROOT / "local" / "keys" / "crm" / "keys").read_text(encoding="utf-8").strip()


@dataclass(frozen=True)
class Launch:
    """How the process of an image is started, but for the service's settings."""

    command: Sequence[str]
    environment: Settings
    directory: Path


Launcher = Callable[[str], Launch]
"""Says how an image's process is started, by the name of the image."""


def from_checkout(image: str) -> Launch:
    """Start an image's own command where the packages are, with this interpreter's libraries and the supplied maps."""
    target = images.read()[image]
    outer = {**base_environment(), "MAPS": str(supplied("maps"))}
    return Launch(target.command, target.environment_in(ROOT, outer), ROOT)


def processes(
    addresses: Addresses,
    logs: Path,
    project: str,
    services: Mapping[str, Service],
    more: Mapping[str, Settings],
    launcher: Launcher = from_checkout,
) -> Iterator[Process]:
    """Yield each service's process, started by exactly its image's command; ``more`` are settings by service.

    Where the stand-ins are counts for more than what a service's own settings say: nothing may leave this machine.
    """
    for name, service in services.items():
        launch = launcher(service.image)
        here = _listening(addresses, name) if service.listens else {}
        settings = {**service.settings, **_stand_ins(addresses, project), **here, **more.get(name, {})}
        yield Process(
            name,
            launch.command,
            {**launch.environment, **settings},
            directory=launch.directory,
            log=logs / f"{name}.jsonl",
            health=f"{addresses.url(name)}/health" if service.listens else None,
        )


def _listening(addresses: Addresses, name: str) -> dict[str, str]:
    return {"PORT": str(addresses.ports[name]), "HOST": HOST}


def _stand_ins(addresses: Addresses, project: str) -> dict[str, str]:
    """Return where the stand-ins are, and the project that they have."""
    return {
        "GOOGLE_CLOUD_PROJECT": project,
        "PUBSUB_EMULATOR_HOST": addresses.pubsub,
        "STORAGE_EMULATOR_HOST": addresses.url("bucket"),
        "META_API_URL": addresses.url("meta"),
    }
