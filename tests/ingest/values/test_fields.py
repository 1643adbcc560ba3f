import msgspec
import pytest

from ingest.values.fields import FIELDS, Kind, find, find_in, fold, nearest
from omnicapi.messages import CustomData, CustomerInformation


def test_every_field_is_found_by_its_path_and_by_the_name_in_use() -> None:
    for field in FIELDS:
        assert find(field.path) is field
        assert find(field.usual) is field


def test_no_name_stands_for_two_fields() -> None:
    names = [(fold(name), field.path) for field in FIELDS for name in {field.path, *field.aliases}]
    assert len({name for name, _ in names}) == len(names)


def test_every_key_of_meta_in_the_messages_is_a_field() -> None:
    user = {member.name for member in msgspec.structs.fields(CustomerInformation)} - {"google_hashed"}
    custom = {member.name for member in msgspec.structs.fields(CustomData)} - {"store_data", "properties"}
    assert user | custom <= {name for name in user | custom if find(name)}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("EMAIL", "user_data.em"),
        ("e-mail address", None),
        ("Email Address", "user_data.em"),
        ("zip", "user_data.zp"),
        ("ZIP", "user_data.zp"),
        ("CONTENT_ID", "contents[0].id"),
        ("CONTENT_QUANTITY", "contents[0].quantity"),
        ("CONTENT_DELIVERY", "contents[0].delivery_category"),
        ("country", "user_data.country"),
        ("order-id", "custom_data.order_id"),
        ("custom_data.value", "custom_data.value"),
        ("store_code", "custom_data.store_data.store_code"),
        ("data_set_id", "dataset"),
        ("channel", None),
        ("received_ms", None),
    ],
)
def test_names_in_use_stand_for_fields_in_any_case(name: str, path: str | None) -> None:
    field = find(name)
    assert (field.path if field else None) == path


def test_a_name_counts_only_within_the_group_that_is_asked_for() -> None:
    email = find_in("user_data", "email")
    assert email is not None
    assert email.path == "user_data.em"
    assert find_in("custom_data", "country") is None


def test_kinds_follow_from_the_messages() -> None:
    kinds = {field.path: field.kind for field in FIELDS}
    assert kinds["user_data.em"] is Kind.LIST
    assert kinds["user_data.fbc"] is Kind.TEXT
    assert kinds["custom_data.value"] is Kind.NUMBER
    assert kinds["event_time"] is kinds["original_event_data.event_time"] is Kind.TIME


def test_a_slip_of_the_pen_finds_the_nearest_name() -> None:
    assert nearest("EMIAL") == "EMAIL"
    assert nearest("qqqqqqqq") is None
