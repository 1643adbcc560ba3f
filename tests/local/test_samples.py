import csv
import io
import json
from pathlib import Path

import msgspec
import openpyxl
import pytest

from local.samples.customers import NOBODY, customer
from local.samples.files import SampleFile, sample_files
from local.samples.layouts import STORE_HEADER, WEB_HEADER
from local.samples.messages import sample_messages
from local.samples.products import purchase
from local.samples.rows import event_id

ROOT = Path(__file__).parents[2]
NOW = 1_795_449_600


def table(file: SampleFile) -> list[list[str]]:
    if file.name.endswith(".csv"):
        return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    width = sheet.max_column + 1  # a workbook leaves out the empty cells at a row's end
    return [
        ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(max_col=width, values_only=True)
    ]


GOOD_FILES = [file for file in sample_files(NOW) if file.channel != "unknown"]


@pytest.mark.parametrize("file", GOOD_FILES, ids=lambda file: str(file.name))
def test_a_file_has_the_reference_samples_header_and_as_many_rows_as_it_says(file: SampleFile) -> None:
    header = STORE_HEADER if file.channel == "store" else WEB_HEADER
    rows = table(file)
    assert rows[:4] == [["" if cell is None else str(cell) for cell in row] for row in header]
    assert len(rows) - len(header) == file.events
    assert {len(row) for row in rows} == {len(header[0])}


def test_csv_files_begin_with_a_byte_order_mark() -> None:
    assert all(file.content.startswith(b"\xef\xbb\xbf") for file in GOOD_FILES if file.name.endswith(".csv"))


def test_the_same_moment_gives_the_same_samples_and_another_one_gives_others() -> None:
    def contents(now: int) -> list[bytes]:
        return [file.content for file in sample_files(now) if file.name.endswith(".csv")]

    assert contents(NOW) == contents(NOW)
    assert contents(NOW) != contents(NOW + 1)
    assert sample_messages(NOW) == sample_messages(NOW)


def test_customers_are_different_people_and_every_third_is_hashed() -> None:
    people = [customer(index) for index in range(900)]
    assert len({person.email for person in people}) == len(people)
    assert all((len(person.email) == 64) == (index % 3 == 0) for index, person in enumerate(people))
    assert NOBODY.email == ""


def test_addresses_and_phones_belong_to_no_one() -> None:
    plain = [customer(index) for index in range(300) if index % 3]
    assert all(person.email.endswith("@Example.com") for person in plain)  # RFC 2606
    assert all(person.phone.startswith("+44 20 7946 0") for person in plain)  # reserved by Ofcom for drama


def test_a_purchase_costs_its_price_times_its_quantity() -> None:
    assert {bought.value / bought.quantity for bought in map(purchase, range(15))} == {
        purchase(index).value / purchase(index).quantity for index in range(5)
    }


def test_ids_differ_by_channel_run_and_event() -> None:
    ids = {event_id(channel, now, index) for channel in "ab" for now in (1, 2) for index in range(50)}
    assert len(ids) == 200


def test_messages_hold_as_many_events_as_they_say() -> None:
    for message in sample_messages(NOW):
        try:
            body = json.loads(message.data)
        except json.JSONDecodeError:
            assert message.events == 1
        else:
            assert message.events == len(body.get("data", [body]))


def test_the_server_container_writes_as_its_tag_does() -> None:
    container = [message for message in sample_messages(NOW) if message.channel == "ga4"]
    described = msgspec.json.decode((ROOT / "docs" / "schema" / "sgtm-event.json").read_bytes())
    assert len(container) == 32
    for message in container:
        body = json.loads(message.data)
        assert message.attributes == {"schema": body["schema"]}
        assert body.keys() == described["properties"].keys()


def test_the_crm_writes_in_three_forms() -> None:
    crm = [message for message in sample_messages(NOW) if message.channel == "crm"]
    assert {message.schema for message in crm} == {None, "capi", "flat"}
    assert all(message.attributes == ({"schema": message.schema} if message.schema else {}) for message in crm)
