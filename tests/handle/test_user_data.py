from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import msgspec
import pytest

from handle.customer.fields import FIELDS
from handle.customer.options import CustomerOptions
from handle.datasets import Dataset
from handle.enrich import Enrichment
from handle.user_data import Reading, user_data
from omnicapi.messages import CustomData, CustomerInformation, Event, Origin
from omnicapi.server_event import UserData
from tests.cases.server_events import AGENT, NOW

FBP = f"fb.1.{(NOW - 86_400) * 1000}.1116446470"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def made_of(
    info: CustomerInformation,
    reading: Reading = Reading(),  # noqa: B008 - it is frozen
    defaults: Dataset = Dataset(),  # noqa: B008 - it is frozen
    **event: Any,
) -> tuple[UserData, list[str], list[str]]:
    fields: dict[str, Any] = {
        "event_id": "1",
        "event_name": "Purchase",
        "event_time": NOW,
        "channel": "web",
        "action_source": "website",
        "origin": Origin(),
        **event,
    }
    warnings: list[str] = []
    added: Counter[str] = Counter()
    made = user_data(Event(user_data=info, **fields), defaults, reading, NOW, warnings, added)
    return made, warnings, list(added.elements())


def test_every_hashed_field_is_normalised_and_hashed() -> None:
    info = CustomerInformation(
        em=[" Jane.Doe@Example.com "],
        ph=["+1 (650) 555-1212"],
        fn=["Jane"],
        ln=["O'Connor"],
        ge=["Female"],
        db=["1990-12-31"],
        ct=["Menlo Park"],
        st=["California"],
        zp=["94025-1234"],
        country=["United States"],
        external_id=["M-0042"],
    )
    made, warnings, _ = made_of(info)
    assert (made.em, made.ph) == ([sha256("jane.doe@example.com")], [sha256("16505551212")])
    assert (made.fn, made.ln, made.ge) == ([sha256("jane")], [sha256("oconnor")], [sha256("f")])
    assert (made.db, made.ct, made.st) == ([sha256("19901231")], [sha256("menlopark")], [sha256("ca")])
    assert (made.zp, made.country, made.external_id) == ([sha256("94025")], [sha256("us")], [sha256("m-0042")])
    assert warnings == []


def test_a_value_that_cannot_be_sent_is_named_and_left_out() -> None:
    made, warnings, _ = made_of(CustomerInformation(em=["no address"], ph=["(650) 555-1212"], fn=["Jane"]))
    assert (made.em, made.ph) == ([], [])
    assert warnings == ["user_data.em:not_an_email", "user_data.ph:no_country_code"]


def test_a_blank_value_is_nothing_to_warn_of() -> None:
    assert made_of(CustomerInformation(em=["", "  "], external_id=[""]))[1] == []


def test_several_values_are_sent_once_each_in_order() -> None:
    made, _, _ = made_of(CustomerInformation(em=["b@example.com", "A@example.com", "B@example.com"]))
    assert made.em == [sha256("b@example.com"), sha256("a@example.com")]


@pytest.mark.parametrize(
    ("row", "source", "dataset", "project", "phone"),
    [
        (["US"], "BR", "PT", "DE", "16505551212"),
        ([], "US", "BR", "PT", "16505551212"),
        ([], None, "US", "BR", "16505551212"),
        ([], None, None, "US", "16505551212"),
    ],
)
def test_the_nearest_country_completes_a_phone(
    row: list[str], source: str | None, dataset: str | None, project: str, phone: str
) -> None:
    made, _, _ = made_of(
        CustomerInformation(ph=["(650) 555-1212"], country=row),
        Reading(CustomerOptions(country=project)),
        Dataset(country=dataset),
        default_country=source,
    )
    assert made.ph == [sha256(phone)]


def test_a_declared_date_format_settles_an_ambiguous_birth_date() -> None:
    made, _, _ = made_of(CustomerInformation(db=["05/03/1995"]), date_format="%d/%m/%Y")
    assert made.db == [sha256("19950305")]
    assert made_of(CustomerInformation(db=["05/03/1995"]))[1] == ["user_data.db:ambiguous_date"]


def test_googles_phone_hash_is_not_sent() -> None:
    made, warnings, _ = made_of(CustomerInformation(ph=[sha256("+16505551212")], google_hashed=["ph"]))
    assert (made.ph, warnings) == ([], ["user_data.ph:google_hashed_phone"])


def test_googles_email_hash_is_sent_only_without_the_address_itself() -> None:
    google = sha256("johnsmith@gmail.com")
    made, warnings, _ = made_of(CustomerInformation(em=[google], google_hashed=["em"]))
    assert (made.em, warnings) == ([google], ["user_data.em:google_hashed"])
    both, _, _ = made_of(CustomerInformation(em=[google, "john.smith@gmail.com"], google_hashed=["em"]))
    assert both.em == [sha256("john.smith@gmail.com")]


def test_both_forms_of_a_city_are_sent_where_asked_for() -> None:
    made, _, _ = made_of(CustomerInformation(ct=["São Paulo"]), Reading(CustomerOptions(city_form="both")))
    assert made.ct == [sha256("sãopaulo"), sha256("saopaulo")]


def test_the_membership_number_the_browser_and_google_make_three_external_ids() -> None:
    made, _, added = made_of(CustomerInformation(external_id=["M-1"], fbp=f"{FBP}.AQIDAQMC", ga_client_id="12.34"))
    assert made.external_id == [sha256("m-1"), sha256(FBP), sha256("12.34")]
    assert made.fbp == f"{FBP}.AQIDAQMC"
    assert added == ["external_id from fbp", "external_id from ga_client_id"]


def test_ids_sent_as_they_are_do_not_bare_the_other_ids() -> None:
    reading = Reading(CustomerOptions(external_id_form="as_is"))
    made, _, _ = made_of(CustomerInformation(external_id=["M-1"], fbp=FBP), reading)
    assert made.external_id == ["M-1", sha256(FBP)]


def test_a_browser_id_that_is_none_is_no_external_id() -> None:
    made, warnings, added = made_of(CustomerInformation(fbp="nonsense"))
    assert (made.fbp, made.external_id, added) == (None, [], [])
    assert warnings == ["user_data.fbp:not_a_click_id"]


@pytest.mark.parametrize("field", ["fbc", "fbp"])
def test_a_cookie_from_the_future_costs_the_cookie_and_not_the_event(field: str) -> None:
    ahead = f"fb.1.{(NOW + 3600) * 1000}.1116446470"
    made, warnings, _ = made_of(msgspec.convert({field: ahead}, CustomerInformation))
    assert (getattr(made, field), warnings) == (None, [f"user_data.{field}:created_in_future"])


def test_the_address_and_the_browser_are_sent_as_they_are() -> None:
    made, _, _ = made_of(CustomerInformation(client_ip_address="10.0.0.1, 203.0.113.7", client_user_agent=AGENT))
    assert (made.client_ip_address, made.client_user_agent) == ("203.0.113.7", AGENT)


def test_of_several_addresses_of_one_customer_the_first_ipv6_is_sent() -> None:
    several = ["203.0.113.7, 10.0.0.1", "10.0.0.2", "2001:DB8::1", "2001:db8::2"]
    made, warnings, _ = made_of(CustomerInformation(client_ip_address=several))
    assert (made.client_ip_address, warnings) == ("2001:db8::1", [])
    assert made_of(CustomerInformation(client_ip_address=several[:2]))[0].client_ip_address == "203.0.113.7"
    assert made_of(CustomerInformation(client_ip_address=["10.0.0.2", "x"]))[:2] == (
        UserData(),
        ["user_data.client_ip_address:private_address"],
    )


def test_a_proxys_list_is_no_choice_because_proxies_have_addresses_too() -> None:
    made, _, _ = made_of(CustomerInformation(client_ip_address="203.0.113.7, 2001:db8::1"))
    assert made.client_ip_address == "203.0.113.7"


@pytest.mark.parametrize("nothing", ["", [], None])
def test_no_address_is_nothing_to_warn_of(nothing: str | list[str] | None) -> None:
    assert made_of(CustomerInformation(client_ip_address=nothing))[:2] == (UserData(), [])


@pytest.mark.parametrize("name", [name for name, rule in FIELDS.items() if not rule.hashed])
def test_each_plain_field_is_sent_where_it_is_the_only_one(name: str) -> None:
    values = {
        "client_ip_address": "203.0.113.7",
        "client_user_agent": AGENT,
        "fbc": FBP.replace("1116446470", "AbC_d-1"),
        "fbp": FBP,
        "madid": "cdda802e-fb9c-47ad-9866-0794d394c912",
    }
    value: Any = values.get(name, "1234567890123456")
    made, warnings, _ = made_of(CustomerInformation(**{name: value}), action_source="app")
    assert (str(getattr(made, name)), warnings) == (value, [])


def test_ids_of_meta_have_metas_types() -> None:
    info = CustomerInformation(lead_id="1234567890123456", fb_login_id="10158", page_id="77", subscription_id="s-1")
    made, _, _ = made_of(info)
    assert (made.lead_id, made.fb_login_id, made.page_id, made.subscription_id) == (
        1234567890123456,
        10158,
        "77",
        "s-1",
    )


def test_an_install_id_is_for_apps() -> None:
    info = CustomerInformation(anon_id="XZ1234")
    assert made_of(info, action_source="app")[0].anon_id == "XZ1234"
    assert made_of(info)[0].anon_id is None
    assert made_of(info)[1] == ["user_data.anon_id:for_app_events_only"]


def test_a_thread_carries_nothing_of_the_web() -> None:
    info = CustomerInformation(
        client_ip_address="203.0.113.7", client_user_agent=AGENT, fbp=FBP, fbc=FBP, ctwa_clid="AR-x"
    )
    made, warnings, added = made_of(
        info, action_source="business_messaging", messaging_channel="whatsapp", event_source_url="https://x/?fbclid=a"
    )
    assert made == UserData(ctwa_clid="AR-x")
    assert added == []
    assert warnings == [
        f"user_data.{field}:not_for_business_messaging"
        for field in ("client_ip_address", "client_user_agent", "fbc", "fbp")
    ]


ACCOUNTS = Dataset(page_id="1", whatsapp_business_account_id="2", instagram_business_account_id="3")


@pytest.mark.parametrize(
    ("channel", "sent"),
    [
        ("whatsapp", UserData(whatsapp_business_account_id="2")),
        ("messenger", UserData(page_id="1")),
        ("instagram", UserData(instagram_business_account_id="3")),
        ("telegram", UserData()),
        (None, UserData()),
    ],
)
def test_a_dataset_knows_its_page_and_accounts(channel: str | None, sent: UserData) -> None:
    thread: dict[str, Any] = {"action_source": "business_messaging", "messaging_channel": channel}
    assert made_of(CustomerInformation(), defaults=ACCOUNTS, **thread)[0] == sent


def test_an_account_that_the_event_names_stays() -> None:
    thread: dict[str, Any] = {"action_source": "business_messaging", "messaging_channel": "whatsapp"}
    made, _, _ = made_of(CustomerInformation(page_id="9"), defaults=ACCOUNTS, **thread)
    assert made == UserData(page_id="9")


def test_accounts_are_for_threads_only() -> None:
    assert made_of(CustomerInformation(), defaults=ACCOUNTS)[0] == UserData()


TELLING = Reading(enrichment=Enrichment(country_from_phone=True, country_from_currency=frozenset({"BRL"})))


def test_a_country_is_added_only_where_none_is_given() -> None:
    phone = CustomerInformation(ph=["+55 11 98765-4321"])
    assert made_of(phone, TELLING)[0].country == [sha256("br")]
    assert made_of(phone, TELLING)[2] == ["country from phone"]
    assert made_of(phone)[0].country == []
    assert made_of(CustomerInformation(ph=["+55 11 98765-4321"], country=["US"]), TELLING)[0].country == [sha256("us")]


def test_a_currency_tells_the_country_even_if_the_dataset_does_the_telling() -> None:
    nobody = CustomerInformation(em=["a@example.com"])
    assert made_of(nobody, TELLING, custom_data=CustomData(currency="brl"))[0].country == [sha256("br")]
    assert made_of(nobody, TELLING, Dataset(currency="BRL"))[0].country == [sha256("br")]
    assert made_of(nobody, TELLING, custom_data=CustomData(currency="EUR"))[0].country == []
