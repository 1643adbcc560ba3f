from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import msgspec

from handle.consent.opt_out_list import OptOutList
from handle.consent.policy import ChannelPolicy, ConsentPolicy, LimitedDataUsePolicy
from handle.datasets import Datasets, only_dataset, read_datasets
from handle.step import Handled, Setup, handle
from omnicapi.messages import CustomData, CustomerInformation, Event, Origin
from tests.cases.server_events import AGENT, NOW

SETUP = Setup(only_dataset("42"))
TWO_COUNTRIES = {
    "datasets": {
        "1": {"country": "BR", "currency": "BRL"},
        "2": {"country": "PT", "currency": "EUR"},
        "3": {"country": "BR", "currency": "BRL"},
    },
    "routes": [
        {"event_name": "scroll", "to": []},
        {"brand": "Acme", "to": "2"},
        {"channel": "web", "to": ["1", "2", "3"]},
    ],
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def datasets(file: dict[str, Any]) -> Datasets:
    return Datasets(read_datasets(json.dumps(file).encode(), "datasets.json"))


def purchase(**changes: Any) -> Event:
    fields: dict[str, Any] = {
        "event_id": "order-1",
        "event_name": "Purchase",
        "event_time": NOW - 60,
        "channel": "web",
        "action_source": "website",
        "origin": Origin(message_id="7", index=3),
        "event_source_url": "https://shop.example.com/thanks",
        "user_data": CustomerInformation(em=["jane@example.com"], client_user_agent=AGENT),
        "custom_data": CustomData(value=Decimal("10.5"), currency="EUR", order_id="1"),
        "received_ms": NOW * 1000,
        "warnings": ["fn:unreadable"],
    }
    return Event(**{**fields, **changes})


def handle_one(event: Event, setup: Setup, now: int) -> Handled:
    return handle([event], setup, now)


def ended(handled: Handled) -> list[tuple[str, str | None, str | None, str | None]]:
    assert not handled.signals
    return [(outcome.verdict, outcome.reason, outcome.field, outcome.dataset) for outcome in handled.outcomes]


def test_a_purchase_becomes_one_signal_for_the_one_dataset() -> None:
    handled = handle_one(purchase(), SETUP, NOW)
    assert handled.outcomes == []
    (signal,) = handled.signals
    assert (signal.dataset, signal.channel, signal.origin) == ("42", "web", Origin(message_id="7", index=3))
    assert signal.received_ms == NOW * 1000
    assert signal.event.user_data.em == [sha256("jane@example.com")]
    assert signal.event.custom_data == {"value": Decimal("10.50"), "currency": "EUR", "order_id": "1"}


def test_what_was_left_out_on_the_way_is_told() -> None:
    info = CustomerInformation(em=["jane@example.com"], ph=["123"], client_user_agent=AGENT)
    (signal,) = handle_one(purchase(user_data=info), SETUP, NOW).signals
    assert signal.warnings == ["fn:unreadable", "user_data.ph:not_a_phone"]


def test_a_denied_consent_drops_the_event() -> None:
    handled = handle_one(purchase(consent={"ad_storage": False}), SETUP, NOW)
    assert ended(handled) == [("dropped", "consent_denied", "consent.ad_storage", None)]


def test_consent_is_asked_by_channel() -> None:
    policy = ConsentPolicy(channels={"web": ChannelPolicy(unknown="deny")})
    setup = Setup(only_dataset("42"), policy)
    assert ended(handle_one(purchase(), setup, NOW)) == [("dropped", "consent_unknown", "consent.ad_storage", None)]
    assert handle_one(purchase(channel="store", action_source="physical_store"), setup, NOW).signals


def test_a_person_on_the_opt_out_list_is_dropped_without_a_trace() -> None:
    setup = Setup(only_dataset("42"), opt_out_list=OptOutList([sha256("jane@example.com")]))
    handled = handle_one(purchase(), setup, NOW)
    assert ended(handled) == [("dropped", "opted_out", "user_data", None)]
    assert handled.outcomes[0].warnings == []


def test_an_outcome_says_which_event_it_was() -> None:
    (outcome,) = handle_one(purchase(event_time=NOW - 9 * 86_400), SETUP, NOW).outcomes
    assert (outcome.stage, outcome.verdict, outcome.reason) == ("handle", "rejected", "event_time_too_old")
    assert (outcome.event_id, outcome.event_name, outcome.order_id) == ("order-1", "Purchase", "1")
    assert (outcome.dataset, outcome.origin, outcome.received_ms) == ("42", Origin(message_id="7", index=3), NOW * 1000)
    assert outcome.message is not None
    assert "7 days" in outcome.message
    assert outcome.warnings == ["fn:unreadable"]


def test_an_id_made_of_an_address_is_refused_and_not_repeated() -> None:
    handled = handle_one(purchase(event_id="jane@example.com/1"), SETUP, NOW)
    assert ended(handled) == [("rejected", "personal_data_in_id", "event_id", "42")]
    assert handled.outcomes[0].event_id is None


def test_several_datasets_get_a_signal_each_with_their_own_defaults() -> None:
    setup = Setup(datasets(TWO_COUNTRIES))
    event = purchase(
        user_data=CustomerInformation(ph=["21 2345 6789"], em=["jane@example.com"], client_user_agent=AGENT),
        custom_data=CustomData(value=Decimal(10)),
    )
    handled = handle_one(event, setup, NOW)
    assert handled.outcomes == []
    currencies = {signal.dataset: signal.event.custom_data["currency"] for signal in handled.signals}
    assert currencies == {"1": "BRL", "2": "EUR", "3": "BRL"}
    phones = {signal.dataset: signal.event.user_data.ph for signal in handled.signals}
    assert phones["1"] == phones["3"] == [sha256("552123456789")]
    assert phones["2"] != phones["1"]


def test_one_dataset_may_take_what_another_cannot() -> None:
    file = {"datasets": {"1": {"currency": "BRL"}, "2": {}}, "routes": [{"to": ["1", "2"]}]}
    handled = handle_one(purchase(custom_data=CustomData(value=Decimal(1))), Setup(datasets(file)), NOW)
    assert [signal.dataset for signal in handled.signals] == ["1"]
    assert [(outcome.dataset, outcome.reason) for outcome in handled.outcomes] == [("2", "currency_missing")]


def test_who_opted_out_reaches_no_dataset_at_all() -> None:
    # Only Portugal's reading of the phone is on the list, and the event goes to Brazil first.
    people = OptOutList([sha256("351212345678")])
    info = CustomerInformation(ph=["212345678"], em=["a@example.com"], client_user_agent=AGENT)
    handled = handle_one(purchase(user_data=info), Setup(datasets(TWO_COUNTRIES), opt_out_list=people), NOW)
    assert ended(handled) == [("dropped", "opted_out", "user_data", None)]


def test_the_brand_is_a_property_of_the_event() -> None:
    event = purchase(custom_data=CustomData(value=Decimal(1), currency="EUR", properties={"brand": "Acme"}))
    (signal,) = handle_one(event, Setup(datasets(TWO_COUNTRIES)), NOW).signals
    assert signal.dataset == "2"
    assert signal.event.custom_data["brand"] == "Acme"


def test_an_event_that_goes_nowhere_is_dropped() -> None:
    handled = handle_one(purchase(event_name="scroll"), Setup(datasets(TWO_COUNTRIES)), NOW)
    assert ended(handled) == [("dropped", "not_routed", None, None)]


def test_an_event_without_a_route_or_with_a_wrong_override_is_rejected() -> None:
    setup = Setup(datasets(TWO_COUNTRIES))
    assert ended(handle_one(purchase(channel="crm"), setup, NOW)) == [("rejected", "dataset_missing", "dataset", None)]
    assert ended(handle_one(purchase(dataset="9"), setup, NOW)) == [("rejected", "dataset_unknown", "dataset", None)]


def test_limited_data_use_comes_from_the_channels_policy() -> None:
    use = LimitedDataUsePolicy(country="US", state="CA")
    setup = Setup(only_dataset("42"), ConsentPolicy(channels={"web": ChannelPolicy(limited_data_use=use)}))
    (signal,) = handle_one(purchase(), setup, NOW).signals
    assert signal.event.data_processing_options == ["LDU"]
    assert signal.event.data_processing_options_state == 1000


def test_what_enrichment_added_is_told() -> None:
    handled = handle_one(purchase(event_source_url="https://shop.example.com/?fbclid=AbC"), SETUP, NOW)
    assert handled.added == {"fbc from fbclid": 1}


def test_one_events_end_does_not_change_anothers() -> None:
    setup = Setup(only_dataset("42"), opt_out_list=OptOutList([sha256("jane@example.com")]))
    john = CustomerInformation(em=["john@example.com"], client_user_agent=AGENT)
    handled = handle(
        [purchase(), purchase(user_data=john, event_id="2"), purchase(consent={"ad_storage": False})], setup, NOW
    )
    assert [signal.event.event_id for signal in handled.signals] == ["2"]
    assert [outcome.reason for outcome in handled.outcomes] == ["opted_out", "consent_denied"]


def test_nothing_becomes_of_nothing() -> None:
    assert handle([], SETUP, NOW) == Handled()


def test_the_same_event_twice_has_two_ends() -> None:
    setup = Setup(only_dataset("42"), opt_out_list=OptOutList([sha256("jane@example.com")]))
    assert len(handle([purchase()] * 2, setup, NOW).outcomes) == 2
    assert len(handle([purchase()] * 2, SETUP, NOW).signals) == 2


def test_a_signal_names_what_it_says_of_the_person_and_how_many_datasets_it_goes_to() -> None:
    signals = handle_one(purchase(), Setup(datasets(TWO_COUNTRIES)), NOW).signals
    assert [(signal.dataset, signal.datasets) for signal in signals] == [("1", 3), ("3", 3), ("2", 3)]
    assert all(signal.identifiers == ["client_user_agent", "em"] for signal in signals)


def test_a_refusal_by_some_datasets_says_how_many_there_are() -> None:
    event = purchase(custom_data=CustomData(value=Decimal(1)), default_country=None)
    file = {"datasets": {"1": {}, "2": {"currency": "EUR"}}, "routes": [{"channel": "web", "to": ["1", "2"]}]}
    handled = handle_one(event, Setup(datasets(file)), NOW)
    assert [(one.dataset, one.datasets) for one in handled.outcomes] == [("1", 2)]
    assert [(one.dataset, one.datasets) for one in handled.signals] == [("2", 2)]


def test_a_dry_run_ends_as_ready_with_everything_but_a_signal() -> None:
    handled = handle_one(purchase(dry_run=True), SETUP, NOW)
    assert handled.signals == []
    [outcome] = handled.outcomes
    assert (outcome.verdict, outcome.stage, outcome.dataset, outcome.reason) == ("ready", "handle", "42", None)
    assert outcome.identifiers == ["client_user_agent", "em"]
    assert outcome.warnings == ["fn:unreadable"]


def test_a_dry_run_is_refused_as_the_real_one_would_be() -> None:
    wrong = purchase(custom_data=CustomData())
    assert (
        ended(handle_one(msgspec.structs.replace(wrong, dry_run=True), SETUP, NOW))
        == ended(handle_one(wrong, SETUP, NOW))
        != []
    )
