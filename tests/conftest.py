"""What holds for every test: the same verdict every time, on a machine that may be slow, or shared."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.examples import profile

# Neither a deadline nor a health check that reads the clock: a test says what is true, never how fast.
_NO_CLOCK = settings(settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("same every time", _NO_CLOCK, derandomize=True)
# `make explore`: another seed each time; an example that failed is tried first the next time.
settings.register_profile("explore", _NO_CLOCK, max_examples=2000, print_blob=True)
settings.load_profile("same every time")

_constants_of_loaded_modules = providers._get_local_constants


def _constants() -> Constants:
    """Draw constants of the code under test only where examples are random.

    Hypothesis collects them from the modules loaded so far, and what is loaded depends on the tests that ran before.
    """
    return Constants() if profile().derandomize else _constants_of_loaded_modules()


providers._get_local_constants = _constants


_SHARED = {"running": "stack", "analyst": "stack", "workers": "workers", "workspace": "workspace"}
"""Fixtures that take seconds to set up, and the group of the tests that use each."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share processes in one worker where whole tests are shared out (``--dist loadgroup``)."""
    for item in items:
        for fixture in _SHARED.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(_SHARED[fixture]))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their parameter: what is packed holds the time, and workers would collect different tests."""
    return argname if isinstance(val, bytes) else None
