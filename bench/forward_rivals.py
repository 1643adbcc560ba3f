"""Two other ways from the ``signals`` queue to Meta, as push services, for :mod:`bench.forward`.

Both get the same pushes from the same Pub/Sub, behind the same server, and post to the same Meta as forward; neither
writes outcomes, isolates a bad event or remembers anything.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import urllib3
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from omnicapi.http.asgi import App
from omnicapi.http.service import create_app
from omnicapi.intake.push import PushMessage

Post = Callable[[str, list[dict[str, Any]]], None]


def one_event_a_request() -> App:
    """Do as the reference sample does: one event a request, though here over kept-alive connections."""
    base, token = os.environ["META_API_URL"], os.environ["META_ACCESS_TOKEN"]
    http = urllib3.PoolManager(maxsize=int(os.environ["THREADS"]), retries=False, timeout=30.0)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(dataset: str, events: list[dict[str, Any]]) -> None:
        for event in events:
            body = msgspec.json.encode({"data": [event]})
            answer = http.request("POST", f"{base}/v26.0/{dataset}/events", body=body, headers=headers)
            if answer.status != 200:
                raise RuntimeError(f"Meta answered {answer.status}")

    return _service(post)


def event_request() -> App:
    """Meta's SDK as its documentation uses it: the events of each message in one ``EventRequest``."""
    FacebookSession.GRAPH = os.environ["META_API_URL"]
    FacebookAdsApi.init(access_token=os.environ["META_ACCESS_TOKEN"], crash_log=False)

    def post(dataset: str, events: list[dict[str, Any]]) -> None:
        EventRequest(pixel_id=dataset, events=[_sdk_event(event) for event in events]).execute()

    return _service(post)


def _service(post: Post) -> App:
    def receive(message: PushMessage) -> None:
        signals = msgspec.json.decode(message.data)
        post(signals[0]["dataset"], [signal["event"] for signal in signals])

    threads = ThreadPoolExecutor(int(os.environ["THREADS"]))

    async def take(message: PushMessage) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, receive, message)

    return create_app(take)


def _sdk_event(event: dict[str, Any]) -> Event:
    user, data = event["user_data"], event["custom_data"]
    return Event(
        event_name=event["event_name"],
        event_time=event["event_time"],
        event_id=event["event_id"],
        event_source_url=event["event_source_url"],
        action_source=ActionSource.WEBSITE,
        user_data=UserData(
            emails=user["em"],
            phones=user["ph"],
            first_names=user["fn"],
            last_names=user["ln"],
            cities=user["ct"],
            states=user["st"],
            zip_codes=user["zp"],
            country_codes=user["country"],
            external_ids=user["external_id"],
            client_ip_address=user["client_ip_address"],
            client_user_agent=user["client_user_agent"],
            fbp=user["fbp"],
        ),
        custom_data=CustomData(value=data["value"], currency=data["currency"], order_id=data["order_id"]),
    )
