from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from ingest.storage.derived_names import MOST_BYTES, ROOM, SHOWN_ROOM, fitting

names = st.builds(
    lambda start, times, ending: start * times + ending,
    st.text(min_size=1, max_size=4),
    st.integers(1, 500),
    st.sampled_from(["", ".csv", ".xlsx", ".csv.gz", "." + "x" * 40]),
).map(lambda name: name.encode(errors="ignore").decode())


@given(names)
def test_a_derived_name_leaves_room_and_keeps_the_ending(name: str) -> None:
    fitted = fitting(name)
    assert len(fitted.encode()) <= MOST_BYTES - ROOM == 800
    assert (fitted == name) == (len(name.encode()) <= 800)
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) <= 16:
        assert fitted.endswith(suffix)


@given(names, names)
def test_two_names_never_give_one(one: str, other: str) -> None:
    assert (fitting(one) == fitting(other)) == (one == other)


def test_long_names_that_begin_alike_are_told_apart() -> None:
    one, other = "incoming/store/" + "n" * 980 + "1.csv", "incoming/store/" + "n" * 980 + "2.csv"
    assert fitting(one) != fitting(other)
    assert fitting(one).startswith("incoming/store/nnn")


@given(names)
def test_names_that_people_look_for_stay_as_long_as_anything_fits_around_them(name: str) -> None:
    fitted = fitting(name, SHOWN_ROOM)
    assert (fitted == name) == (len(name.encode()) <= 960)
    assert len(f"reports/{fitted}.{2**64}/rejected.xlsx".encode()) <= MOST_BYTES
    assert len(f"processed/{fitted}.{2**64}.reason.txt".encode()) <= MOST_BYTES
