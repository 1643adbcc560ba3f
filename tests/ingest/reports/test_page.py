import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ingest.reports.page import PAGE_ROWS, Page, first_of
from ingest.reports.row_outcome import is_accepted, is_settled, row_outcome, verdict
from omnicapi.messages import Origin, Outcome
from tests.examples import examples

rows = st.integers(0, 12) | st.integers(PAGE_ROWS - 2, PAGE_ROWS + 2)
outcomes = st.builds(
    Outcome,
    stage=st.sampled_from(["ingest", "handle", "forward"]),
    verdict=st.sampled_from(["sent", "ready", "rejected", "dropped"]),
    channel=st.just("store"),
    origin=st.builds(Origin, row=rows, rows=st.just(()) | st.tuples(rows, rows)),
    reason=st.sampled_from([None, "event_time_unreadable", "duplicate"]),
    message=st.sampled_from([None, "B7 (event_time): not a time"]),
    dataset=st.sampled_from([None, "1", "2"]),
    datasets=st.integers(1, 2),
    fbtrace_id=st.sampled_from([None, "A", "B"]),
    decided_ms=st.integers(1, 9),
    identifiers=st.sampled_from([[], ["em"], ["em", "ph"]]),
)


def page(several: list[Outcome]) -> Page:
    made = Page(0)
    made.add(several)
    return made


def said(made: Page) -> object:
    ways = sorted((sorted(map(str, endings)), rows) for endings, rows in made.ways())
    return ways, made.traces, made.times, made.counts()


@examples(30)
@given(st.lists(outcomes), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_outcomes_matters(several: list[Outcome], chance: random.Random) -> None:
    again = [*several, *chance.choices(several, k=len(several))] if several else []
    chance.shuffle(again)
    assert said(page(again)) == said(page(several))


@examples(30)
@given(st.lists(outcomes))
def test_a_page_is_read_back_as_it_was(several: list[Outcome]) -> None:
    made = page(several)
    again = Page.unpack(made.pack())
    assert said(again) == said(made)
    assert Page.unpack(again.pack()).pack() == again.pack()


@examples(30)
@given(st.lists(outcomes), st.lists(outcomes))
def test_outcomes_may_be_added_to_a_page_that_was_kept(before: list[Outcome], after: list[Outcome]) -> None:
    kept = Page.unpack(page(before).pack())
    kept.add(after)
    assert said(kept) == said(page(before + after))


@examples(30)
@given(st.lists(outcomes))
def test_every_row_that_has_an_outcome_stands_once_and_only_on_its_page(several: list[Outcome]) -> None:
    named = {row for one in several for row in one.origin.rows or (one.origin.row,) if row is not None}
    listed = Counter(row for _, rows in page(several).ways() for row in rows)
    assert listed == Counter(row for row in named if row < PAGE_ROWS)


def outcome(row: int = 7, **said: object) -> Outcome:
    usual = {"stage": "forward", "verdict": "sent", "channel": "store", "origin": Origin(row=row), "dataset": "1"}
    return Outcome(**{**usual, **said})  # type: ignore[arg-type]


def test_the_same_mistake_in_many_rows_is_one_with_the_cell_of_each() -> None:
    mistakes = [
        outcome(row, verdict="rejected", reason="event_time_unreadable", message=f"B{row} (event_time): write 2026")
        for row in (7, 12)
    ]
    [(endings, listed)] = page(mistakes).ways()
    assert listed == [7, 12]
    assert endings[0].text(12) == "B12 (event_time): write 2026"


def test_a_row_has_ended_when_every_dataset_has_answered() -> None:
    first, second = (row_outcome(outcome(dataset=dataset, datasets=2)) for dataset in ("1", "2"))
    assert not is_settled([first])
    assert is_settled([first, second])
    assert is_settled([row_outcome(outcome(dataset=None, verdict="dropped"))])


def test_a_rejection_anywhere_is_to_be_mended_and_only_what_all_took_is_accepted() -> None:
    sent, rejected = row_outcome(outcome()), row_outcome(outcome(dataset="2", verdict="rejected", reason="no_currency"))
    duplicate = row_outcome(outcome(dataset="2", verdict="dropped", reason="duplicate"))
    assert (verdict([sent, rejected]), is_accepted([sent, rejected])) == ("rejected", False)
    assert (verdict([sent, duplicate]), is_accepted([sent, duplicate])) == ("sent", True)
    assert not is_accepted([])


def test_what_ingest_says_of_a_row_whose_event_was_published_before_counts_nothing() -> None:
    known = outcome(stage="ingest", verdict="dropped", dataset=None, reason="already_sent")
    for several in ([outcome(), known], [known, outcome()]):
        made = page(several)
        [(endings, _)] = made.ways()
        assert [(one.stage, one.verdict) for one in endings] == [("forward", "sent")]
        assert made.counts() == {"sent": 1}


def test_pages_are_a_partition_of_rows() -> None:
    assert [first_of(row) for row in (0, 1, PAGE_ROWS - 1, PAGE_ROWS)] == [0, 0, 0, PAGE_ROWS]
