"""What Meta takes unhashed: IP address, user agent, device and account identifiers."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.customer.fields import FIELDS
from handle.customer.ip_address import prefer_ipv6
from handle.customer.normaliser import normalise, normalise_all
from handle.customer.options import CustomerOptions


def ip(value: str) -> str | None:
    return normalise("client_ip_address", value).value


def reason(field: str, value: str) -> str | None:
    return normalise(field, value).reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("123.123.123.123", "123.123.123.123"),
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.7"),
        ("10.0.0.1,203.0.113.7", "203.0.113.7"),
        ("unknown, 198.51.100.9", "198.51.100.9"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("1.2.3.4.AQQAAQIB", "1.2.3.4"),
        ("2804:14c::1.AQ", "2804:14c::1"),
        ("2804:14c::1.AQQCAQIB.AQQCAQIB", "2804:14c::1"),
    ],
)
def test_the_first_public_address_is_sent_bare(value: str, expected: str) -> None:
    assert ip(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
        ),
        *("224.0.0.1", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"),
        "10.0.0.1, 192.168.0.1",
    ],
)
def test_an_address_that_is_not_public_is_refused(value: str) -> None:
    assert reason("client_ip_address", value) == "private_address"


@pytest.mark.parametrize(
    "value", ["256.256.256.256", "1.2.3", "01.2.3.4", "(redacted)", "localhost", "1.2.3.4/24", ":"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    assert reason("client_ip_address", value) == "not_an_ip"


def test_an_address_whose_dots_a_spreadsheet_ate_has_its_own_reason() -> None:
    assert reason("client_ip_address", "123123123123") == "number_not_ip"


DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
JUDGED_DIFFERENTLY_BY_VERSIONS_OF_PYTHON = (
    "192.0.0.0/24",
    "2001::/23",
    "2002::/16",
    "64:ff9b:1::/48",
    "5f00::/16",
    "fec0::/10",
)


@given(st.ip_addresses())
def test_public_is_what_the_standard_library_calls_global(address: IPv4Address | IPv6Address) -> None:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    judged = mapped or address
    if any(judged in ip_network(network) for network in (*DOCUMENTATION, *JUDGED_DIFFERENTLY_BY_VERSIONS_OF_PYTHON)):
        return
    expected = judged.is_global and not judged.is_multicast

    assert (ip(str(address)) is not None) == expected


@pytest.mark.parametrize("value", ["192.0.2.1", "198.51.100.9", "203.0.113.7", "2001:db8::1"])
def test_addresses_for_documentation_stand_for_public_ones(value: str) -> None:
    assert ip(value) == str(ip_address(value))


def test_among_several_addresses_ipv6_is_preferred() -> None:
    addresses = ["10.0.0.1", "203.0.113.7", "2001:db8::1", "2001:db8::2"]

    assert [result.value for result in normalise_all("client_ip_address", addresses)] == ["2001:db8::1"]
    assert [result.value for result in normalise_all("client_ip_address", addresses[:2])] == ["203.0.113.7"]
    assert [result.reason for result in normalise_all("client_ip_address", ["10.0.0.1", "x"])] == ["private_address"]
    assert normalise_all("client_ip_address", []) == []
    assert prefer_ipv6([]).reason == "empty"


def test_a_user_agent_is_sent_verbatim() -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) [FBAN/FBIOS;FBAV/400.0.0.0.1]"

    assert normalise("client_user_agent", f" {agent}\n").value == agent
    assert reason("client_user_agent", "Mozilla\x00") == "unreadable"
    assert reason("client_user_agent", "-") == "placeholder"


@pytest.mark.parametrize("value", ["123456789012345", "12345678901234567", "l:1234567890123456", "123456789012345.0"])
def test_a_lead_id_has_15_to_17_digits(value: str) -> None:
    sent = normalise("lead_id", value).value

    assert sent is not None
    assert int(sent) == int(value.removeprefix("l:").removesuffix(".0"))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("lead_id", "12345678901234", "not_an_id"),
        ("lead_id", "123456789012345678", "not_an_id"),
        ("lead_id", "1.23457E+15", "digits_lost"),
        ("lead_id", "LEAD-1", "not_an_id"),
        ("lead_id", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥", "not_an_id"),
        ("fb_login_id", "abc", "not_an_id"),
        ("fb_login_id", "0", "not_an_id"),
        ("page_id", "1.02E+14", "digits_lost"),
        ("page_id", "12 34", "not_an_id"),
        ("madid", "00000000-0000-0000-0000-000000000000", "placeholder"),
        ("madid", "384000008cf011bdb23e10b96e40000d", "not_an_id"),
        ("ctwa_clid", "", "empty"),
        ("ctwa_clid", "a b", "not_an_id"),
    ],
)
def test_an_identifier_of_another_form_is_refused(field: str, value: str, why: str) -> None:
    assert reason(field, value) == why


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (
            "ctwa_clid",
            "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4XvnO2E4Nx0-eM-GABDLOPaOdRMv-_zfUQ2a",
        ),
        ("madid", "38400000-8CF0-11bd-b23e-10b96e40000d"),
        ("anon_id", "XZ1a2B3c4D"),
        ("subscription_id", "anid1234"),
        ("page_id", "102030405060708"),
        ("page_scoped_user_id", "12345"),
        ("ig_account_id", "17841400000000000"),
        ("ig_sid", "17841400000000001"),
        ("instagram_business_account_id", "17841400000000000"),
        ("whatsapp_business_account_id", "102290129340398"),
        ("fb_login_id", "10205928374650192"),
    ],
)
def test_an_identifier_passes_in_its_own_case(field: str, value: str) -> None:
    assert normalise(field, f" {value} ").value == value
    assert normalise(field, value).plain == value


def test_only_two_identifiers_are_numbers() -> None:
    assert {field for field, rule in FIELDS.items() if rule.integer} == {"lead_id", "fb_login_id"}


@pytest.mark.parametrize(
    "value", ["0", "000", "0000-0000", "00000000-0000-0000-0000-000000000000", "0.0", "na", "null"]
)
def test_the_id_of_a_guest_is_refused(value: str) -> None:
    assert reason("external_id", value) == "placeholder"


@pytest.mark.parametrize(
    ("value", "plain", "why"),
    [
        ("12345.0", "12345", "repaired_number"),
        ("1.23457E+11", None, "digits_lost"),
        ("1.23E+02", "123", "repaired_number"),
        ("AB 12\xa034", "ab1234", None),
        ("CRM-Ä1", "crm-ä1", None),
        ("123e45", "123e45", None),
    ],
)
def test_an_external_id_loses_space_and_case_only(value: str, plain: str | None, why: str | None) -> None:
    result = normalise("external_id", value)

    assert (result.plain, result.reason) == (plain, why)


def test_an_external_id_may_be_sent_as_it_is() -> None:
    as_is = CustomerOptions(external_id_form="as_is")

    assert normalise("external_id", " User 123 ", as_is).value == "User 123"
    assert normalise("external_id", "0", as_is).reason == "placeholder"
