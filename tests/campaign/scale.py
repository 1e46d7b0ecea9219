"""How much the campaign tries: little in the ordinary suite, all of it with ``LITLOOM_CAMPAIGN=full``.

``LITLOOM_CAMPAIGN_SECONDS`` sets the time for fuzzing, ``LITLOOM_CAMPAIGN_SEED`` the seed of random choices.
"""

from __future__ import annotations

import os
from typing import Final

FULL: Final = os.environ.get("LITLOOM_CAMPAIGN") == "full"
SECONDS: Final = float(os.environ.get("LITLOOM_CAMPAIGN_SECONDS") or (300 if FULL else 5))
"""For fuzzing."""
SEED: Final = int(os.environ.get("LITLOOM_CAMPAIGN_SEED") or 7)
KILLS: Final = 30 if FULL else 2
"""Of each command in the file store."""
SERVER_KILLS: Final = 20 if FULL else 1
"""Of each command in Neo4j."""
DISK_SIZES: Final = 12 if FULL else 1
"""Amounts of free space for each command."""
