"""``python -m litloom``: the ``litloom`` command."""

from __future__ import annotations

from litloom.cli import main

if __name__ == "__main__":
    main()
