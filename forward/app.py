"""The forward service: pushes of the ``signals`` topic in, requests to Meta out."""

from __future__ import annotations

import os

import flask

from forward.assembly import start
from forward.settings import ForwardSettings
from omnicapi import service
from omnicapi.settings import load


def create_app() -> flask.Flask:
    """Return the service as its image runs it, set up from the environment."""
    forward = start(load(ForwardSettings, os.environ))
    return service.create_app(forward.intake.receive, forward.health)
