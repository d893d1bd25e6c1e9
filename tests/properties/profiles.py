"""How many examples are tried: few and the same in every run, or many and new ones.

``HYPOTHESIS_PROFILE=deep`` chooses the latter. What it finds is printed with a
``@reproduce_failure`` line, and then becomes an ``@example``.
"""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

DEEP = "deep"
QUICK = "quick"
#: How many times as many examples `DEEP` tries.
DEEPER = int(os.environ.get("HYPOTHESIS_DEEPER", "50"))

# What it keeps for the next run is about Unicode, not about this project.
set_hypothesis_home_dir(Path(tempfile.gettempdir(), f"hypothesis-{os.getuid()}"))
shared = settings(
    # Each example is timed by `world`, and a machine may be busy.
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=[
        # The fixtures are reset by `World.example`, inside each example.
        HealthCheck.function_scoped_fixture,
        # A whole sign-in takes longer than what Hypothesis takes for slow.
        HealthCheck.too_slow,
    ],
)
settings.register_profile(QUICK, shared, derandomize=True)
settings.register_profile(DEEP, shared, derandomize=False)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", QUICK)
settings.load_profile(PROFILE)


def examples(count):
    """Return the settings of a test that is quick with so many examples."""
    return settings(max_examples=count * (DEEPER if PROFILE == DEEP else 1))
