from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.ip_address import is_public, parsed

V4, V6 = IPv4Address("93.184.216.34"), IPv6Address("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "written", ["{}", " {} ", '"{}"', "{}:443", "{}:51234", "for={}", 'for="{}:80"', "{}.AQQAAQIB"]
)
def test_an_ipv4_address_is_read_as_proxies_write_it(written: str) -> None:
    assert parsed(written.format(V4)) == V4
    assert parsed(written.format(V4).upper().replace("FOR=", "for=")) == V4


@pytest.mark.parametrize(
    "written", ["{}", " {} ", "[{}]", "[{}]:443", 'for="[{}]:4711"', "{}%eth0", "[{}%25eth0]:443", "{}.AQQAAQIB"]
)
def test_an_ipv6_address_is_read_as_proxies_write_it(written: str) -> None:
    assert parsed(written.format(V6)) == V6


@given(st.ip_addresses(v=4), st.integers(0, 65535))
def test_an_address_mapped_into_ipv6_is_itself(address: IPv4Address, port: int) -> None:
    for written in (f"::ffff:{address}", f"[::ffff:{address}]:{port}", f"{address}:{port}"):
        assert parsed(written) == address


@pytest.mark.parametrize("text", ["", "unknown", "_hidden", "null", "1.2.3", "1.2.3.4.5", "1.2.3.4:a", "[]", "::g"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parsed(text) is None


@given(st.text(max_size=100))
def test_no_text_raises(text: str) -> None:
    address = parsed(text)
    assert address is None or parsed(str(address)) == address


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("172.31.255.255", False),
        ("192.168.0.1", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("172.32.0.1", True),
        ("203.0.113.7", True),
        ("2001:db8::1", True),
        ("8.8.8.8", True),
    ],
)
def test_a_customers_address_is_public(text: str, public: bool) -> None:
    address = parsed(text)
    assert address is not None
    assert is_public(address) == public
