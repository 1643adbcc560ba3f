import pytest

from ingest.damage import Damage, Site
from ingest.values.fields import find
from omnicapi.errors import Refused


def site(name: str) -> Site:
    field = find(name)
    assert field is not None
    return Site(0, field, "C")


@pytest.mark.parametrize("name", ["first_name", "last_name", "city", "content_name", "date_of_birth"])
def test_names_with_uncertain_letters_are_left_out(name: str) -> None:
    found = site(name)
    assert Damage([found]).mend(["Mu\ufffdoz"], 6) == ([""], [f"{found.field.path}:encoding_uncertain"])


@pytest.mark.parametrize(
    "name", ["event_name", "event_time", "order_id", "email", "external_id", "opt_out", "value", "event_id"]
)
def test_what_tells_events_apart_or_decides_is_asked_about(name: str) -> None:
    found = site(name)
    with pytest.raises(Refused, match=r"CSV UTF-8.*\"encoding\": \"cp1250\"") as caught:
        Damage([found]).mend(["Mu\ufffdoz"], 6)
    assert caught.value.reason == "encoding_uncertain"
    assert str(caught.value).startswith(f"C6 ({found.field.path})")
    assert "Mu" not in str(caught.value).replace(found.field.path, "")
