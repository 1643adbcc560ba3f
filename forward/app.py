"""The forward service: pushes of the ``signals`` topic in, requests to Meta out."""

from __future__ import annotations

import os

from forward.assembly import start
from forward.settings import ForwardSettings
from omnicapi.http import service
from omnicapi.http.admission import Admission
from omnicapi.http.asgi import App
from omnicapi.settings import load


def create_app() -> App:
    """Return the service as its image runs it, set up from the environment."""
    settings = load(ForwardSettings, os.environ)
    forward = start(settings)
    return service.create_app(forward.intake.receive, forward.health, Admission(settings.in_work_bytes))
