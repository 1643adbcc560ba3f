import signal
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from cli.demo import run as demo
from cli.main import app
from cli.state import STATE, end_on_sigterm
from cli.up import run as up
from local.addresses import WELL_KNOWN, Addresses


@pytest.fixture(autouse=True)
def _handler_of_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_ends_a_command_as_ctrl_c_does() -> None:
    end_on_sigterm()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize(("fine", "code"), [(True, 0), (False, 1)])
def test_the_demos_exit_code_says_whether_all_is_accounted_for(
    monkeypatch: pytest.MonkeyPatch, fine: bool, code: int
) -> None:
    monkeypatch.setattr(demo, "demonstrate", lambda state, terraform: fine)
    assert CliRunner().invoke(app, ["demo"]).exit_code == code


def test_up_uses_the_same_ports_every_time_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Addresses] = []
    monkeypatch.setattr(up, "stay_up", lambda addresses, state, wait: used.append(addresses))
    for arguments in ([], ["--state", str(STATE)], ["--free-ports"]):
        assert CliRunner().invoke(app, ["up", *arguments]).exit_code == 0
    assert used[0] == used[1] == WELL_KNOWN
    assert used[2] != WELL_KNOWN
