"""How many examples a law is tried with, in proportion to the profile that runs (tests/conftest.py)."""

from hypothesis import settings

_USUAL = 100


def profile() -> settings:
    """Return the settings of the profile that runs."""
    return settings.get_profile(settings.get_current_profile_name())


def examples(count: int) -> settings:
    """Return the settings of a law for which ``make test`` draws ``count`` examples where it usually draws 100."""
    return settings(max_examples=max(1, count * profile().max_examples // _USUAL))
