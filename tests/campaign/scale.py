"""How much the campaign tries: little in the ordinary suite, all of it with ``LITLOOM_CAMPAIGN=full``.

``LITLOOM_CAMPAIGN_SECONDS`` sets how long the timed parts run, ``LITLOOM_CAMPAIGN_SEED`` the seed of random
choices.
"""

from __future__ import annotations

import os
import random
from typing import Final

from hypothesis import HealthCheck, settings

FULL: Final = os.environ.get("LITLOOM_CAMPAIGN") == "full"
TIMEOUT: Final = 6 * 3600 if FULL else 240
"""Seconds for one test."""
_SECONDS: Final = os.environ.get("LITLOOM_CAMPAIGN_SECONDS")
SECONDS: Final = float(_SECONDS or (300 if FULL else 0))
"""For fuzzing the readers; 0 for a few inputs."""
DAMAGE_SECONDS: Final = float(_SECONDS or (30 if FULL else 0))
"""For damaging each kind of file; 0 for a few damages of each."""
SEED: Final = int(
    os.environ.get("LITLOOM_CAMPAIGN_SEED") or (random.SystemRandom().randrange(2**32) if FULL else 7)
)
KILLS: Final = 30 if FULL else 1
"""Trials of each command in the file store, with one or two kills each."""
SERVER_KILLS: Final = 20 if FULL else 1
"""Trials of each command in Neo4j."""
EXAMPLES: Final = 400 if FULL else 20
"""Examples of a property for which no other number is given; see `examples`."""
DISK_SIZES: Final = 12 if FULL else 1
"""Amounts of free space for each command."""


def examples(few: int) -> settings:
    """Return settings for a property with a cost of its own: so many examples, or 20 times as many."""
    forgiven = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
    return settings(max_examples=few * 20 if FULL else few, suppress_health_check=forgiven)
