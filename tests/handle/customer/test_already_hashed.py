"""Values that arrive hashed are recognised, passed on in one form, and never hashed again."""

import base64
import hashlib
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handle.customer.fields import FIELDS
from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions

PERSONAL = ["em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country"]
TOKENS = ["AQQCAQIB", "AQIAAQMC", "AQ", "Ag", "Aw", "BA", "BQ", "Bg"]

digests = st.binary(min_size=32, max_size=32).filter(any)


@given(st.sampled_from([*PERSONAL, "external_id"]), digests, st.sampled_from(["", *TOKENS]), st.booleans())
def test_sha256_passes_in_lower_case_with_its_token_untouched(
    field: str, digest: bytes, token: str, upper: bool
) -> None:
    written = digest.hex().upper() if upper else digest.hex()
    suffix = f".{token}" if token else ""
    result = normalise(field, f" {written}{suffix}\n")

    assert (result.value, result.plain, result.reason) == (digest.hex() + suffix, None, None)


@pytest.mark.parametrize("token", ["XX", "AQQ", "AQQCAQIBX", "AQQCAQ!B", ""])
def test_a_hash_with_another_ending_is_no_hash(token: str) -> None:
    digest = hashlib.sha256(b"somebody").hexdigest()

    assert normalise("em", f"{digest}.{token}").reason == "damaged_hash"


@given(st.sampled_from(sorted(FIELDS)), digests, st.integers(0, 63), st.sampled_from("0123456789abcdefABCDEF"))
def test_a_hash_that_lost_or_gained_a_digit_is_never_sent_and_never_hashed_again(
    field: str, digest: bytes, at: int, more: str
) -> None:
    whole = digest.hex()
    assume(any(map(str.isalpha, whole[:at] + whole[at + 1 :])))
    for damaged in (whole[:at] + whole[at + 1 :], whole[:at] + more + whole[at:]):
        assert normalise(field, damaged).reason == "damaged_hash"
        assert normalise(field, damaged.upper()).reason == "damaged_hash"


@pytest.mark.parametrize("field", [*PERSONAL, "external_id"])
@pytest.mark.parametrize("form", ['"{}"', "sha256:{}", "0x{}", "{}.", "({})"])
def test_a_hash_with_something_about_it_is_refused(field: str, form: str) -> None:
    digest = hashlib.sha256(b"somebody").hexdigest()

    assert normalise(field, form.format(digest)).reason == "damaged_hash"


@pytest.mark.parametrize("field", sorted({*PERSONAL} - {"em"}))
def test_base64_of_a_hash_in_hex_is_refused(field: str) -> None:
    assert normalise(field, base64.b64encode(hashlib.sha256(b"a").hexdigest().encode()).decode()).value is None


def test_an_address_named_after_a_hash_is_an_address() -> None:
    address = f"{hashlib.md5(b'somebody').hexdigest()}@relay.example"

    assert normalise("em", address).plain == address


def test_base64_of_a_hash_is_no_external_id_and_base64_of_a_text_is_one() -> None:
    assert normalise("external_id", base64.b64encode(hashlib.sha256(b"7").digest()).decode()).reason == "damaged_hash"
    assert normalise("external_id", base64.b64encode(b"client-17 of the shop in Lisbon!").decode()).reason is None


@pytest.mark.parametrize("form", ["lower", "as_is"])
def test_a_damaged_hash_is_no_external_id_in_either_form(form: Literal["lower", "as_is"]) -> None:
    digest = hashlib.sha256(b"somebody").hexdigest()

    assert normalise("external_id", digest[1:], CustomerOptions(external_id_form=form)).reason == "damaged_hash"


@given(st.sampled_from(PERSONAL), digests, st.booleans(), st.booleans())
def test_base64_as_gtm_writes_it_becomes_hex(field: str, digest: bytes, url_safe: bool, padded: bool) -> None:
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    written = encode(digest).decode()
    written = written if padded else written.rstrip("=")
    result = normalise(field, written)

    assert result.value == digest.hex() or (not padded and not any(map(str.isdecimal, written)))


def test_the_base64_hash_of_metas_sample_address_is_its_hash() -> None:
    assert normalise("em", "YqFORPdlQZ0Q/qmTZzYacnwSNl4lIPMiGNUF7Zqg9i8=").value == (
        "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
    )


@pytest.mark.parametrize("field", PERSONAL)
@pytest.mark.parametrize(
    ("digest", "reason"),
    [
        (hashlib.md5(b"a@b.co").hexdigest(), "md5"),
        (hashlib.sha1(b"a@b.co").hexdigest().upper(), "other_hash"),
        (hashlib.sha512(b"a@b.co").hexdigest(), "other_hash"),
    ],
)
def test_another_hash_than_sha256_is_refused(field: str, digest: str, reason: str) -> None:
    assert normalise(field, digest).reason == reason


def test_for_an_external_id_32_digits_are_an_id() -> None:
    uuid = "5D41402ABC4B2A76B9719D911017C592"

    assert normalise("external_id", uuid).plain == uuid.lower()
    assert normalise("external_id", "c2hvcC1jbGllbnQtaWQtb2YtMzItYnl0ZXMtbG9uZzE=").plain is not None


@pytest.mark.parametrize("field", sorted(field for field, rule in FIELDS.items() if not rule.hashed))
def test_a_hash_is_refused_where_meta_takes_the_value_itself(field: str) -> None:
    assert normalise(field, hashlib.sha256(b"1098115397").hexdigest()).reason == "hashed"


def test_only_hashed_values_are_judged_by_googles_rules() -> None:
    google = CustomerOptions(google_hashed=True)
    digest = hashlib.sha256(b"mary").hexdigest()

    assert normalise("ph", "+16505551212", google).plain == "16505551212"
    assert normalise("fn", "Mary", google).reason is None
    assert (normalise("fn", digest, google).value, normalise("fn", digest, google).reason) == (digest, "google_hashed")
    assert normalise("country", digest, google).reason is None


def test_a_very_long_name_is_not_taken_for_base64() -> None:
    for name in ("Abcdefghij" * 4 + "abo", "Abcdefghij-" * 3 + "Abcdefghio"):
        assert normalise("ln", name).plain == name.lower().replace("-", "")
