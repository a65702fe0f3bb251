"""Settings of all tests."""

import os
import signal

from hypothesis import settings

# As many tests run at once as there are cores; threads of their own would wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A shell has the jobs that it starts in the background ignore Ctrl-C, and so their children:
# the builds that tests interrupt must not.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: time is for the bench to measure.
settings.register_profile("untimed", deadline=None, max_examples=50)
settings.load_profile("untimed")
