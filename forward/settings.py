"""The settings of forward, from its environment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from omnicapi.settings import Intake, Secret, ServiceSettings

Description = msgspec.Meta


class TestEventCode(msgspec.Struct, frozen=True):
    """A code from Events Manager → Test Events, and when it stops being sent (meta-capi.md §1.3)."""

    code: str
    until: Annotated[datetime, msgspec.Meta(tz=True)]


class ForwardSettings(ServiceSettings, frozen=True, kw_only=True):
    """Settings of the forward service; the names are the environment variables in lower case."""

    intake: Intake = "push"

    meta_api_version: Annotated[str, Description(pattern=r"^v\d+\.\d+$", description="Graph API version.")] = "v26.0"
    meta_api_url: Annotated[str, Description(description="Address of the Graph API.")] = "https://graph.facebook.com"
    meta_access_token: Annotated[
        Secret | None, Description(description="Token for every dataset without a file of its own.")
    ] = None
    meta_access_tokens_dir: Annotated[
        str,
        Description(description="Directory with each dataset's token as <dataset>/token; read again as it changes."),
    ] = ""
    meta_access_tokens_expire: Annotated[
        dict[str, date],
        Description(description='JSON by dataset: the last day of its token, where it has one: {"123": "2027-01-31"}.'),
    ] = msgspec.field(default_factory=dict)
    meta_app_secret: Annotated[
        Secret | None, Description(description="App secret, where the app requires appsecret_proof.")
    ] = None
    meta_partner_agent: Annotated[str, Description(description="Partner agent agreed with Meta.", max_length=22)] = ""
    meta_test_event_codes: Annotated[
        dict[str, TestEventCode],
        Description(description='JSON by channel: {"web": {"code": "TEST1", "until": "2026-12-01T00:00:00Z"}}.'),
    ] = msgspec.field(default_factory=dict)
    meta_proxy_url: Annotated[
        Secret | None, Description(description="HTTP proxy for calls to Meta: http://user:password@host:port.")
    ] = None
    meta_connect_timeout: Annotated[float, Description(gt=0, description="Seconds to connect.")] = 5.0
    meta_read_timeout: Annotated[
        float, Description(gt=0, description="Seconds within which Meta's whole answer must come.")
    ] = 25.0

    batch_count: Annotated[int, Description(ge=1, le=1000, description="Most events in one request.")] = 1000
    batch_bytes: Annotated[int, Description(ge=1000, description="Most bytes of events in one request.")] = 3_000_000
    batch_linger: Annotated[float, Description(ge=0, description="Seconds a batch waits to fill.")] = 0.2
    batch_linger_under_load: Annotated[
        float, Description(ge=0, description="Seconds a batch waits that fills fast enough, or follows a full one.")
    ] = 2.0
    requests_in_flight: Annotated[int, Description(ge=1, description="Requests to Meta under way at once.")] = 16
    requests_in_flight_per_dataset: Annotated[
        int, Description(ge=1, description="How many of them one dataset, or its physical stores, may have.")
    ] = 4
    signals_pending: Annotated[int, Description(ge=1, description="Signals that may wait in this instance.")] = 50_000
    signals_remembered: Annotated[
        int, Description(ge=0, description="Verdicts kept to answer a redelivered message without sending again.")
    ] = 200_000
    verdict_timeout: Annotated[
        float, Description(gt=0, description="Seconds a push may wait for its verdict; less than the ack deadline.")
    ] = 50.0
    extra_requests: Annotated[
        int, Description(ge=0, description="Most extra requests to find the bad events of one batch.")
    ] = 150
    rejection_run: Annotated[
        int, Description(ge=1, description="Rejections in a row, none accepted between, that stop a dataset.")
    ] = 2000
    probe_interval: Annotated[float, Description(gt=0, description="Seconds between probes of a stopped dataset.")] = (
        30.0
    )
    signals_dead_letter_topic: Annotated[str, Description(description="Topic for rejected signals.")] = (
        "signals-dead-letter"
    )
