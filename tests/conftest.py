"""Settings of all tests."""

from hypothesis import settings

# A busy machine is no failure: time is for the bench to measure.
settings.register_profile("untimed", deadline=None, max_examples=50)
settings.load_profile("untimed")
