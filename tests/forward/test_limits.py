"""The limits of forward: their values, and how they stand to each other."""

from forward.assembly import DRAIN_SECONDS
from forward.batches import gate
from forward.intake import WORD_SECONDS
from forward.meta.rate_limits import LONGEST_WAIT, SLOW_DOWN_AT, SPACING
from forward.settings import ForwardSettings
from forward.verdicts import debts
from forward.verdicts.record import FIRST_WORD, LARGEST_LETTER
from local.meta.rules.batch import MAX_EVENTS
from local.process import GRACE
from local.pubsub.message import MAX_REQUEST_BYTES
from omnicapi.http.serving import GRACEFUL
from omnicapi.messages import LARGEST_ITEM
from omnicapi.topology import PIPELINE, SIGNALS
from tests.limits import IF_MEANT, numbers, pinned

SETTINGS = ForwardSettings(google_cloud_project="project")
(ACK_DEADLINE,) = (push.ack_deadline.total_seconds() for push in PIPELINE.pushes() if push.topic == SIGNALS)


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("forward") == pinned("forward"), IF_MEANT


def test_at_sigterm_verdicts_are_awaited_no_longer_than_the_server_and_cloud_run_let_them() -> None:
    assert DRAIN_SECONDS < GRACEFUL < GRACE == 10


def test_what_meta_has_accepted_at_the_last_moment_is_still_acknowledged() -> None:
    assert GRACEFUL > DRAIN_SECONDS + WORD_SECONDS > DRAIN_SECONDS + 2 * FIRST_WORD


def test_a_push_has_its_answer_before_pubsub_comes_again() -> None:
    assert SETTINGS.verdict_timeout + WORD_SECONDS < ACK_DEADLINE


def test_a_dead_letter_and_its_outcome_may_each_take_their_time_before_they_are_owed() -> None:
    assert 2 * FIRST_WORD < WORD_SECONDS
    assert SETTINGS.publish_timeout > FIRST_WORD


def test_meta_answers_or_is_given_up_while_its_push_waits() -> None:
    assert SETTINGS.meta_connect_timeout + SETTINGS.meta_read_timeout < SETTINGS.verdict_timeout


def test_a_batch_is_sent_while_its_pushes_wait_and_is_no_larger_than_meta_takes() -> None:
    assert SETTINGS.batch_linger < SETTINGS.batch_linger_under_load < SETTINGS.verdict_timeout
    assert SETTINGS.batch_count == MAX_EVENTS
    assert SETTINGS.batch_bytes >= LARGEST_ITEM
    assert SETTINGS.requests_in_flight_per_dataset < SETTINGS.requests_in_flight


def test_one_bad_batch_alone_stops_no_dataset() -> None:
    assert SETTINGS.rejection_run > SETTINGS.batch_count


def test_more_verdicts_are_remembered_than_signals_wait() -> None:
    assert SETTINGS.signals_remembered > SETTINGS.signals_pending


def test_a_dead_letter_holds_the_largest_signal_and_fits_into_a_message() -> None:
    assert LARGEST_ITEM < LARGEST_LETTER < MAX_REQUEST_BYTES


def test_pauses_are_shorter_than_what_they_delay_lasts() -> None:
    assert debts.FIRST_PAUSE < debts.LONGEST_PAUSE < SETTINGS.publish_timeout
    assert gate.LONGEST_PAUSE <= SETTINGS.probe_interval < ACK_DEADLINE
    assert SPACING < LONGEST_WAIT
    assert SLOW_DOWN_AT < 100
