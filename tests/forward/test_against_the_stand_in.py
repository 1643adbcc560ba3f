"""Forward against the stand-in of Meta over real HTTP: the documented rules, and whatever can go wrong on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from forward.assembly import assemble
from forward.meta.client import ConversionsApi, connection_pool
from forward.meta.tokens import Tokens
from local.meta.control import MetaControl
from local.meta.faults.kinds import (
    ALWAYS,
    Hang,
    Html,
    Kind,
    LoseAnswer,
    Poison,
    Refuse,
    Reset,
    Throttle,
    Undercount,
    Usage,
    When,
)
from local.meta.in_thread import stand_in
from local.meta.settings import Settings
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from omnicapi.intake.push import PushMessage
from omnicapi.settings import Secret
from omnicapi.window import DAY
from tests.forward import fakes
from tests.forward.fakes import NOW, MemoryMeta, Stage, message, messages, signal

TOKEN = "a-good-token"


@pytest.fixture(scope="module", params=["en_US", "fr_FR"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    settings = Settings(tokens=(TOKEN,), app_secret="an-app-secret", locale=request.param)
    with stand_in(settings, clock=lambda: float(NOW)) as url:
        yield url


@pytest.fixture
def control(url: str) -> MetaControl:
    meta = MetaControl(url)
    meta.clear()
    meta.reset()
    meta.set_tokens(TOKEN)
    return meta


@pytest.fixture
def a(url: str, control: MetaControl) -> Stage:
    """Forward with the stand-in as its Meta."""
    settings = fakes.settings(
        meta_api_url=url,
        meta_access_token=Secret(TOKEN),
        meta_app_secret=Secret("an-app-secret"),
        probe_interval=0.2,
        verdict_timeout=60.0,
    )
    meta = ConversionsApi(settings, Tokens(settings.meta_access_token), connection_pool(settings))
    pubsub, clock = fakes.MemoryPubSub(), fakes.Clock()
    return Stage(assemble(settings, meta, pubsub, clock), MemoryMeta(), pubsub, clock)


def ids(control: MetaControl) -> list[str]:
    return sorted(accepted.event_id or "" for accepted in control.accepted())


def until_open(a: Stage) -> None:
    a.forward.gates.of(fakes.DATASET).accepted(float("inf"))


def test_a_full_batch_is_taken_with_its_bytes_unchanged(a: Stage, control: MetaControl) -> None:
    one = signal("e0")
    todo = [message(one), *messages((f"e{number}" for number in range(1, 1000)), size=111)]
    assert a.receive_all(todo) == [None] * len(todo)
    assert control.summary().accepted_events == 1000
    assert control.accepted(event_id="e0")[0].decoded() == one["event"]
    traces = {outcome.fbtrace_id for outcome in a.pubsub.outcomes()}
    assert traces == {accepted.fbtrace_id for accepted in control.accepted()}


@pytest.mark.parametrize(
    ("change", "reason", "extra"),
    [
        ({"event_name": ""}, "parameter_invalid", 1),
        ({"unknown_key": 1}, "parameter_invalid", 1),
        ({"user_data": {"em": ["jane@example.com"], "client_user_agent": "a"}}, None, 12),
        ({"user_data": {"client_user_agent": "a"}}, "no_identifier", 12),
        ({"user_data": {"ct": [fakes.SOMEBODY], "client_user_agent": "a"}}, "identifiers_insufficient", 12),
        ({"custom_data": {"currency": "BRL"}}, "value_missing", 12),
        ({"custom_data": {"value": 1}}, "currency_missing", 12),
    ],
)
def test_an_event_that_breaks_a_rule_is_rejected_alone_and_its_reason_is_known(
    a: Stage, control: MetaControl, change: dict[str, object], reason: str | None, extra: int
) -> None:
    signals = [signal(f"e{number}") for number in range(200)]
    signals[130] = signal("bad", **change)
    assert a.receive(message(*signals)) is None
    assert len(ids(control)) == 199
    assert control.summary().requests - 1 <= extra
    (rejected,) = [outcome for outcome in a.pubsub.outcomes() if outcome.verdict == "rejected"]
    assert rejected.event_id == "bad"
    assert reason is None or rejected.reason == reason
    ((letter, _),) = a.pubsub.dead_letters()
    assert letter["event"]["event_id"] == "bad"


def test_what_handle_let_through_but_meta_finds_too_old_is_rejected_alone(a: Stage, control: MetaControl) -> None:
    a.clock.now -= DAY  # a clock that goes a day slow
    late = signal("late", event_time=NOW - 7 * DAY - 60)
    assert a.receive(message(signal("a"), late, signal("b"))) is None
    assert ids(control) == ["a", "b"]
    assert ("late", "rejected", "event_time_too_old") in a.pubsub.fates()


@pytest.mark.parametrize(
    "fault",
    [
        Refuse(),
        Refuse(status=400, code=1, is_transient=True),
        Refuse(status=500, code=1),
        Throttle(regain_minutes=1),
        Throttle(code=80004, subcode=2446079),
        Html(),
        Html(status=200),
        Hang(seconds=0.2),
        Reset(),
    ],
)
def test_a_passing_failure_sends_the_same_ids_again_and_counts_nothing_twice(
    a: Stage, control: MetaControl, fault: Kind
) -> None:
    control.fault(fault)
    one = message(signal("a"), signal("b"))
    assert isinstance(a.receive(one), MetaUnavailable)
    assert not a.pubsub.messages
    until_open(a)
    assert a.receive(one) is None
    assert ids(control) == ["a", "b"]
    assert not control.summary().duplicates


def test_a_throttle_pauses_for_as_long_as_the_header_says(a: Stage, control: MetaControl) -> None:
    control.fault(Throttle(code=80004, regain_minutes=3))
    a.receive(message(signal("a")))
    assert a.forward.health()["datasets"][fakes.DATASET]["next_try_seconds"] == 180


def test_a_limit_that_is_near_slows_down(a: Stage, control: MetaControl) -> None:
    control.fault(Usage(percent=95))
    assert a.receive(message(signal("a"))) is None
    assert a.forward.health()["datasets"][fakes.DATASET]["reason"] == "throttled"


def test_a_lost_answer_is_the_one_thing_that_sends_an_event_twice(a: Stage, control: MetaControl) -> None:
    control.fault(LoseAnswer())
    one = message(signal("a"), signal("b"))
    assert isinstance(a.receive(one), MetaUnavailable)
    until_open(a)
    assert a.receive(one) is None
    assert a.receive(one) is None
    assert {duplicate.event_id: duplicate.times for duplicate in control.summary().duplicates} == {"a": 2, "b": 2}
    assert a.pubsub.fates() == [("a", "sent", None), ("b", "sent", None)]


def test_a_wrong_count_of_metas_is_still_an_acceptance(a: Stage, control: MetaControl) -> None:
    control.fault(Undercount())
    assert a.receive(message(signal("a"), signal("b"))) is None
    assert control.summary().requests == 1


@pytest.mark.parametrize(("path", "most"), [(True, 20), (False, 250)])
def test_one_percent_poison_costs_itself_only(a: Stage, control: MetaControl, path: bool, most: int) -> None:
    control.fault(Poison(prefix="bad", path=path, subcode=2804019), ALWAYS)
    names = [f"bad{number}" if number % 100 == 37 else f"e{number}" for number in range(2000)]
    todo = messages(names, size=500)
    assert a.receive_all(todo) == [None] * 4
    assert len(ids(control)) == 1980
    assert not control.summary().duplicates
    assert len(a.pubsub.dead_letters()) == 20
    assert sum(control.summary().refused.values()) <= most


def test_a_dead_token_stops_and_a_new_one_is_found_by_the_probe(a: Stage, control: MetaControl) -> None:
    control.revoke_token(TOKEN)
    one = message(signal("a"))
    assert isinstance(a.receive(one), MetaRefusedUs)
    assert a.forward.health()["datasets"][fakes.DATASET]["reason"] == "token_invalid"
    control.set_tokens(TOKEN)
    assert _comes_through(a, one)
    assert ids(control) == ["a"]
    assert not a.pubsub.dead_letters()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meta_app_secret": None}, "parameter_or_permission"),
        ({"meta_app_secret": Secret("wrong")}, "parameter_or_permission"),
        ({"meta_api_version": "v20.0"}, "api_version_ended"),
        ({"meta_api_version": "v99.0"}, "address_unknown"),
        ({"meta_access_token": Secret("never-valid")}, "token_invalid"),
    ],
)
def test_what_only_a_person_can_mend_stops_the_dataset_and_dead_letters_nothing(
    url: str, control: MetaControl, change: dict[str, object], reason: str
) -> None:
    right: dict[str, object] = {"meta_access_token": Secret(TOKEN), "meta_app_secret": Secret("an-app-secret")}
    settings = fakes.settings(meta_api_url=url, **{**right, **change})
    meta = ConversionsApi(settings, Tokens(settings.meta_access_token), connection_pool(settings))
    a = Stage(
        assemble(settings, meta, pubsub := fakes.MemoryPubSub(), fakes.Clock()), MemoryMeta(), pubsub, fakes.Clock()
    )
    assert isinstance(a.receive(message(*(signal(f"e{number}") for number in range(50)))), MetaRefusedUs)
    assert a.forward.health()["datasets"][fakes.DATASET]["reason"] == reason
    assert not pubsub.messages
    assert not control.accepted()


def test_another_datasets_trouble_is_not_ours(a: Stage, control: MetaControl) -> None:
    control.fault(Refuse(status=403, code=200), When(times=None, dataset="456"))
    assert isinstance(a.receive(message(signal("a", dataset="456"))), MetaRefusedUs)
    assert a.receive(message(signal("b"))) is None


def _comes_through(a: Stage, one: PushMessage) -> bool:

    for _ in range(50):
        if a.receive(one) is None:
            return True
        time.sleep(0.05)
    return False
