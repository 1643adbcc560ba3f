"""What holds for every test."""

from hypothesis import settings

# A test says what is true, never how fast: the machine may be slow, or shared.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
