import importlib

import pytest

from cli.extras import OURS, MissingExtra, extra
from tests.test_dependencies import LISTED_FOR


def test_a_library_that_is_missing_is_a_sentence_that_says_what_to_install() -> None:
    with pytest.raises(MissingExtra) as caught, extra("local", "The demo"):
        importlib.import_module("a_library_that_nobody_has")
    assert str(caught.value) == (
        "The demo needs libraries that are not installed here (No module named 'a_library_that_nobody_has'); "
        "say: pip install 'omnicapi[local]'"
    )


@pytest.mark.parametrize("module", ["local.no_such_module", "cli.no_such_module"])
def test_a_module_of_ours_that_is_missing_is_a_fault_of_ours(module: str) -> None:
    with pytest.raises(ModuleNotFoundError), extra("local", "The demo"):
        importlib.import_module(module)


def test_the_packages_of_the_wheel_are_known() -> None:
    assert {folder.partition("/")[0] for folder in LISTED_FOR} - {"bench", "gtm", "tests"} == OURS
