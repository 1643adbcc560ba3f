"""Who may post where: versions, tokens, datasets, the proof of the app secret."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from facebook_business.adobjects.serverside.util import Util

from local.meta.access import Access, version_error
from local.meta.settings import Settings

NOW = 1_795_000_000


def codes(access: Access, dataset: str, token: str, proof: str = "") -> tuple[int, int, int | None] | None:
    error = access.error(dataset, token, proof)
    return None if error is None else (error.status, error.code, error.subcode)


def test_any_dataset_is_known_until_some_are_named() -> None:
    assert codes(Access(Settings(tokens=("t",))), "123", "t") is None
    named = Access(Settings(tokens=("t",), datasets={"1": ("own",)}))
    assert codes(named, "1", "t") is None
    assert codes(named, "2", "t") == (400, 100, 33)


def test_a_token_of_one_dataset_opens_no_other() -> None:
    access = Access(Settings(datasets={"1": ("one",), "2": ("two",)}))
    assert codes(access, "1", "one") is None
    assert codes(access, "2", "one") == (400, 100, 33)
    assert codes(access, "1", "three") == (401, 190, None)


def test_no_token_is_answered_as_an_object_that_does_not_exist() -> None:
    assert codes(Access(Settings()), "1", "") == (400, 100, 33)


def test_a_revoked_token_is_told_from_an_unknown_one_until_it_is_set_again() -> None:
    access = Access(Settings(tokens=("old", "other")))
    access.revoke("old", 460)
    assert codes(access, "1", "old") == (401, 190, 460)
    assert codes(access, "1", "other") is None
    access.revoke()
    assert codes(access, "1", "other") == (401, 190, 463)
    access.set_tokens(["new", "old"])
    assert codes(access, "1", "new") is None
    assert codes(access, "1", "old") is None
    assert codes(access, "1", "other") == (401, 190, 463)


def test_tokens_set_for_a_dataset_make_it_a_known_one() -> None:
    access = Access(Settings(datasets={"1": ("one",)}))
    access.set_tokens(["two"], "2")
    assert codes(access, "2", "two") is None


def test_a_configured_app_secret_wants_the_proof_metas_sdk_makes() -> None:
    access = Access(Settings(tokens=("t",), app_secret="s"))
    proof = Util.appsecret_proof("s", "t")
    assert proof == hmac.new(b"s", b"t", hashlib.sha256).hexdigest()
    assert codes(access, "1", "t", proof) is None
    assert codes(access, "1", "t") == (400, 100, None)
    assert codes(access, "1", "t", proof.upper() + "é") == (400, 100, None)


def test_the_settings_do_not_show_their_secrets() -> None:
    shown = repr(Settings(tokens=("secret-1",), datasets={"1": ("secret-2",)}, app_secret="secret-3"))
    assert "secret" not in shown
    assert "'1'" in shown


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("v25.0", None),
        ("v26.0", None),
        ("v20.0", 2635),
        ("v16.0", 2635),
        ("v27.0", 2500),
        ("latest", 2500),
        ("25.0", 2500),
    ],
)
def test_expired_and_unknown_versions_are_refused(version: str, code: int | None) -> None:
    error = version_error(version, NOW)
    assert (error and error.code) == code


def test_a_version_expires_on_its_day() -> None:
    day = datetime(2027, 1, 21, tzinfo=UTC).timestamp()
    assert version_error("v21.0", int(day) - 1) is None
    assert version_error("v21.0", int(day)) is not None
