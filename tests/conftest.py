"""Settings of all tests."""

import signal

from hypothesis import settings

# A shell has the jobs that it starts in the background ignore Ctrl-C, and so their children:
# the builds that tests interrupt must not.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: time is for the bench to measure.
settings.register_profile("untimed", deadline=None, max_examples=50)
settings.load_profile("untimed")
