"""The limits of the stand-ins: those of the services whose place they take, with their values."""

from local.meta import serve
from tests.limits import IF_MEANT, numbers, pinned


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("local") == pinned("local"), IF_MEANT


def test_metas_stand_in_is_one_process_that_holds_all_connections_of_the_services() -> None:
    assert serve.workers == 1
    assert serve.threads == 512
    assert min(serve.worker_connections, serve.backlog) > serve.threads
    assert (serve.keepalive, serve.timeout, serve.graceful_timeout) == (75, 0, 1)
