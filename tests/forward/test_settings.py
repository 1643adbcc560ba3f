"""What the environment says, and what it may not say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forward.settings import ForwardSettings
from forward.settings import TestEventCode as Code
from omnicapi.errors import BadSettings
from omnicapi.settings import Secret, load

LEAST = {"GOOGLE_CLOUD_PROJECT": "p"}


def test_the_names_of_the_reference_sample_are_understood() -> None:
    settings = load(ForwardSettings, {**LEAST, "META_API_VERSION": "v25.0", "META_ACCESS_TOKEN": "secret-token"})
    assert settings.meta_api_version == "v25.0"
    assert settings.meta_access_token == Secret("secret-token")
    assert "secret-token" not in repr(settings)


def test_test_event_codes_are_json_by_channel() -> None:
    text = '{"web": {"code": "TEST1", "until": "2026-12-01T00:00:00Z"}}'
    settings = load(ForwardSettings, {**LEAST, "META_TEST_EVENT_CODES": text})
    assert settings.meta_test_event_codes == {"web": Code("TEST1", datetime(2026, 12, 1, tzinfo=UTC))}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("META_API_VERSION", "26"),
        ("META_PARTNER_AGENT", "x" * 23),
        ("BATCH_COUNT", "1001"),
        ("BATCH_COUNT", "0"),
        ("META_READ_TIMEOUT", "0"),
        ("META_TEST_EVENT_CODES", '{"web": {"code": "TEST1"}}'),
        ("META_TEST_EVENT_CODES", '{"web": {"code": "TEST1", "until": "2026-12-01T00:00:00"}}'),
    ],
)
def test_what_cannot_be_right_is_told_by_its_name(variable: str, value: str) -> None:
    with pytest.raises(BadSettings, match=variable):
        load(ForwardSettings, {**LEAST, variable: value})
