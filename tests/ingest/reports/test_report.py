"""What a report counts, and in which order it says it."""

from ingest.reports.page import Page
from ingest.reports.report import report
from ingest.reports.summary import File
from omnicapi.messages import Origin, Outcome

NAMES = ["external_id", "zp", "em", "ph", "fn", "ln", "db", "ct", "st", "country", "fbp", "fbc"]


def test_identifiers_that_are_said_as_often_stand_in_the_order_in_which_they_were_said() -> None:
    page = Page(0)
    page.add(
        [
            Outcome(stage="handle", verdict="ready", channel="store", origin=Origin(row=row), identifiers=names)
            for row, names in ((2, NAMES), (3, ["ph"]))
        ]
    )
    made, _ = report(File("b", "preview/store/a.csv", 1), None, [page])
    assert list(made.coverage.items()) == [("ph", 2), *((name, 1) for name in NAMES if name != "ph")]
