import io

from cli.console import console


def test_lines_in_a_pipe_are_wide_enough_for_the_tables() -> None:
    assert console().width == 160
    assert console(io.StringIO()).width == 160
