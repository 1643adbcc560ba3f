from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.consent.gate import denial, limited_data_use
from handle.consent.policy import ChannelPolicy, LimitedDataUsePolicy
from omnicapi.messages import Event, LimitedDataUse, Origin

DEFAULT = ChannelPolicy()
STRICT = ChannelPolicy(unknown="deny")

signals = st.sampled_from(["ad_storage", "ad_user_data", "ad_personalization", "marketing", "do_not_contact"])
consents = st.dictionaries(signals, st.booleans())
policies = st.builds(
    ChannelPolicy,
    required=st.lists(signals, max_size=3).map(tuple),
    unknown=st.sampled_from(["allow", "deny"]),
    respected=st.lists(signals, max_size=2).map(tuple),
    opt_out=st.lists(signals, max_size=2).map(tuple),
)


def event(consent: dict[str, bool], use: LimitedDataUse | None = None) -> Event:
    return Event(
        event_id="1",
        event_name="Purchase",
        event_time=0,
        channel="web",
        action_source="website",
        origin=Origin(),
        consent=consent,
        limited_data_use=use,
    )


def reason(consent: dict[str, bool], policy: ChannelPolicy) -> tuple[str, str] | None:
    denied = denial(event(consent), policy)
    return denied and (denied.reason, denied.field)


def test_an_explicit_denial_blocks() -> None:
    assert reason({"ad_storage": False}, DEFAULT) == ("consent_denied", "consent.ad_storage")
    assert reason({"ad_storage": True, "ad_user_data": False}, DEFAULT) == ("consent_denied", "consent.ad_user_data")


@pytest.mark.parametrize("consent", [{}, {"ad_storage": True}, {"analytics_storage": False}, {"ad_user_data": True}])
def test_by_default_what_is_unknown_does_not_block(consent: dict[str, bool]) -> None:
    assert reason(consent, DEFAULT) is None


@pytest.mark.parametrize(
    ("consent", "field"),
    [({}, "consent.ad_storage"), ({"ad_storage": True}, "consent.ad_user_data"), ({"x": True}, "consent.ad_storage")],
)
def test_a_strict_policy_denies_what_is_unknown(consent: dict[str, bool], field: str) -> None:
    assert reason(consent, STRICT) == ("consent_unknown", field)


def test_a_strict_policy_allows_what_is_granted() -> None:
    assert reason({"ad_storage": True, "ad_user_data": True}, STRICT) is None


def test_a_respected_signal_may_be_absent_but_not_denied() -> None:
    policy = ChannelPolicy(required=("ad_storage",), unknown="deny", respected=("ad_user_data",))
    assert reason({"ad_storage": True}, policy) is None
    assert reason({"ad_storage": True, "ad_user_data": False}, policy) == ("consent_denied", "consent.ad_user_data")


def test_an_opt_out_column_blocks_where_it_is_true() -> None:
    policy = ChannelPolicy(required=(), opt_out=("do_not_contact",))
    assert reason({"do_not_contact": True}, policy) == ("opted_out", "consent.do_not_contact")
    assert reason({"do_not_contact": False}, policy) is None
    assert reason({}, policy) is None


@pytest.mark.parametrize(
    "policy", [DEFAULT, STRICT, ChannelPolicy(required=()), ChannelPolicy(required=("marketing",), opt_out=("x",))]
)
def test_a_denial_of_consent_as_a_whole_blocks_whatever_is_asked_for(policy: ChannelPolicy) -> None:
    everything = dict.fromkeys(("ad_storage", "ad_user_data", "marketing"), True)
    assert reason({**everything, "consent": False}, policy) == ("consent_denied", "consent")


def test_a_grant_of_consent_as_a_whole_grants_what_nobody_else_denies() -> None:
    assert reason({"consent": True}, STRICT) is None
    assert reason({"consent": True, "ad_user_data": False}, STRICT) == ("consent_denied", "consent.ad_user_data")


@pytest.mark.parametrize(
    ("signal", "policy"),
    [
        ("consent", ChannelPolicy(required=())),
        ("ad_storage", DEFAULT),
        ("marketing", ChannelPolicy(respected=("marketing",))),
        ("do_not_contact", ChannelPolicy(opt_out=("do_not_contact",))),
    ],
)
def test_what_cannot_be_read_is_a_denial_with_a_reason_of_its_own(signal: str, policy: ChannelPolicy) -> None:
    unreadable = event({"ad_storage": True, "ad_user_data": True})
    unreadable.consent_unreadable = [signal]
    denied = denial(unreadable, policy)
    assert denied is not None
    assert denied.reason == "consent_unreadable"
    assert denied.field == ("consent" if signal == "consent" else f"consent.{signal}")
    assert denied.text == (
        f"What the event says of {signal} cannot be read, or contradicts itself, which counts as a denial; say true or "
        "false, or of one of Google's signals granted or denied (docs/consent.md)."
    )


def test_what_cannot_be_read_is_a_denial_also_where_nothing_else_is_said() -> None:
    unreadable = event({})
    unreadable.consent_unreadable = ["ad_storage"]
    for unknown in ("allow", "deny"):
        denied = denial(unreadable, msgspec.convert({"unknown": unknown}, ChannelPolicy))
        assert denied is not None
        assert denied.reason == "consent_unreadable"


@pytest.mark.parametrize(
    ("consent", "policy", "text"),
    [
        (
            {"do_not_contact": True},
            ChannelPolicy(opt_out=("do_not_contact",)),
            "The person opted out (do_not_contact).",
        ),
        ({"consent": False}, DEFAULT, "The person denied consent."),
        ({"ad_storage": False}, DEFAULT, "The person denied ad_storage."),
        (
            {},
            ChannelPolicy(unknown="deny"),
            "Nothing says whether the person granted ad_storage, and the consent policy of this channel denies then.",
        ),
    ],
)
def test_a_denial_says_who_said_what(consent: dict[str, bool], policy: ChannelPolicy, text: str) -> None:
    denied = denial(event(consent), policy)
    assert denied is not None
    assert denied.text == text


def test_an_unreadable_signal_that_nobody_asks_for_does_not_block() -> None:
    unreadable = event({})
    unreadable.consent_unreadable = ["wishes"]
    assert denial(unreadable, DEFAULT) is None


@given(consents, policies)
def test_withdrawing_consent_never_opens_the_gate(consent: dict[str, bool], policy: ChannelPolicy) -> None:
    if denial(event(consent), policy) is None:
        return
    opted_out = set(policy.opt_out)
    for signal in consent:
        assert denial(event({**consent, signal: signal in opted_out}), policy) is not None


@given(consents, policies)
def test_a_denied_required_signal_always_blocks(consent: dict[str, bool], policy: ChannelPolicy) -> None:
    for signal in policy.required:
        assert denial(event({**consent, signal: False}), policy) is not None


@given(consents)
def test_a_strict_policy_is_never_laxer_than_the_default(consent: dict[str, bool]) -> None:
    if denial(event(consent), STRICT) is None:
        assert denial(event(consent), DEFAULT) is None


CALIFORNIA = LimitedDataUsePolicy(country="US", state="CA")
LDU_IN_CALIFORNIA = LimitedDataUse(options=["LDU"], country=1, state=1000)


def test_without_a_policy_the_event_decides_on_limited_data_use() -> None:
    own = LimitedDataUse(options=["LDU"], country=0, state=0)
    assert limited_data_use(event({}), DEFAULT) is None
    assert limited_data_use(event({}, own), DEFAULT) == own


def test_a_policy_limits_every_event_of_its_channel() -> None:
    assert limited_data_use(event({}), ChannelPolicy(limited_data_use=CALIFORNIA)) == LDU_IN_CALIFORNIA


def test_a_policy_may_limit_only_who_asked_for_it() -> None:
    policy = ChannelPolicy(limited_data_use=LimitedDataUsePolicy(("do_not_sell",), "US", "CA"))
    assert limited_data_use(event({"do_not_sell": True}), policy) == LDU_IN_CALIFORNIA
    assert limited_data_use(event({"do_not_sell": False}), policy) is None


def test_an_opt_out_of_sale_limits_data_use_without_a_policy() -> None:
    anywhere = LimitedDataUse(options=["LDU"], country=0, state=0)
    assert limited_data_use(event({"do_not_sell": True}), DEFAULT) == anywhere
    assert limited_data_use(event({"do_not_sell": False}), DEFAULT) is None
    assert limited_data_use(event({"do_not_sell": True}), ChannelPolicy(limited_data_use=None)) is None


def test_an_unreadable_opt_out_of_sale_limits_data_use() -> None:
    unreadable = event({})
    unreadable.consent_unreadable = ["do_not_sell"]
    assert limited_data_use(unreadable, DEFAULT) == LimitedDataUse(options=["LDU"], country=0, state=0)


def test_an_event_that_says_where_keeps_its_place() -> None:
    own = LimitedDataUse(options=["LDU"], country=1, state=1001)
    assert limited_data_use(event({}, own), ChannelPolicy(limited_data_use=CALIFORNIA)) == own


def test_an_event_cannot_lift_the_limit_of_its_channel() -> None:
    lifted = LimitedDataUse(options=[])
    assert limited_data_use(event({}, lifted), ChannelPolicy(limited_data_use=CALIFORNIA)) == LDU_IN_CALIFORNIA
