"""Processes that help the one that started them, and are of no use without it."""

from __future__ import annotations

import os
import time
from threading import Thread
from typing import Final

_LOOKS_AFTER: Final = 0.5
"""Seconds after which a process looks whether the one that started it is still there."""


def end_with_parent() -> None:
    """Let this process end soon after its parent, which may be killed without a chance to say so."""
    Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(1)
