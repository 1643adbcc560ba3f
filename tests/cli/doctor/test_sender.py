from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import urllib3

from cli.doctor.finding import Finding
from cli.doctor.sender import api_version, clock, tokens
from forward.meta.answer import Answer
from forward.meta.client import ConversionsApi, connection_pool
from forward.meta.errors import BARE_REFUSAL, UNAVAILABLE
from forward.meta.expiry import VERSION_ENDS
from forward.meta.tokens import Tokens
from forward.settings import ForwardSettings
from local.meta.control import MetaControl
from local.meta.in_thread import stand_in
from local.meta.settings import Settings
from omnicapi.settings import Secret

DATASET, TOKEN = "42", "a-good-token"


@pytest.fixture(scope="module")
def meta() -> Iterator[str]:
    with stand_in(Settings(datasets={DATASET: (TOKEN,)})) as address:
        yield address


def tried(address: str, token: str | None, dataset: str = DATASET) -> Finding:
    secret = Secret(token) if token else None
    settings = ForwardSettings(google_cloud_project="p", meta_api_url=address, meta_connect_timeout=0.5)
    api = ConversionsApi(settings, Tokens(secret), connection_pool(settings))
    (finding,) = tokens(api, [dataset], time.time())
    assert token is None or token not in repr(finding)
    return finding


def test_a_token_that_may_write_passes_and_nothing_is_counted(meta: str) -> None:
    assert tried(meta, TOKEN).status == "pass"
    assert MetaControl(meta).summary().distinct_events == 0


def test_a_token_that_meta_does_not_know_fails_with_the_remedy(meta: str) -> None:
    finding = tried(meta, "another-token")
    assert finding.status == "fail"
    assert "190 (token_invalid, fbtrace_id " in finding.text
    assert "Events Manager" in finding.fix


def test_a_dataset_of_somebody_else_fails(meta: str) -> None:
    assert "dataset_not_accessible" in tried(meta, TOKEN, "43").text


def test_no_token_at_all_fails_and_names_both_places(meta: str) -> None:
    finding = tried(meta, None)
    assert finding.status == "fail"
    assert "META_ACCESS_TOKENS_DIR" in finding.fix


def test_a_meta_that_does_not_answer_is_a_warning() -> None:
    assert tried("http://127.0.0.1:9", TOKEN).status == "warn"


class Saying:
    """A Meta with one answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def send(self, dataset: str, events: object, test_event_code: str | None = None) -> Answer:
        return self._answer


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(200, events_received=1), "warn"),
        (Answer(400, code="100", refusal=BARE_REFUSAL), "fail"),
        (Answer(500, refusal=UNAVAILABLE), "warn"),
    ],
)
def test_an_answer_that_says_nothing_of_the_token_is_not_taken_for_a_pass(answer: Answer, status: str) -> None:
    (finding,) = tokens(Saying(answer), [DATASET], time.time())
    assert finding.status == status
    assert finding.fix


def test_the_age_of_the_api_version_is_judged_by_the_days_left() -> None:
    end = time.mktime(VERSION_ENDS["v21.0"].timetuple())
    by_days = {days: next(api_version("v21.0", end - days * 86_400)).status for days in (200, 30, -2)}
    assert by_days == {200: "pass", 30: "warn", -2: "fail"}
    assert next(api_version("v99.0", end)).status == "pass"


def test_the_clock_is_compared_with_metas(meta: str) -> None:
    pool = urllib3.PoolManager()
    assert next(clock(pool, meta, time.time)).status == "pass"
    wrong = next(clock(pool, meta, lambda: time.time() + 3600))
    assert wrong.status == "fail"
    assert "is +3600 s off" in wrong.text or "is +3599 s off" in wrong.text or "is +3601 s off" in wrong.text
    assert next(clock(pool, "http://127.0.0.1:9", time.time)).status == "warn"
