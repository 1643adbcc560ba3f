"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Instance = Annotated[
    str,
    typer.Option(envvar="OMNICAPI_INSTANCE", help="Of several deployments in the project, the one with this instance."),
]
"""The value of Terraform's variable ``instance``; empty where the project has one deployment."""
