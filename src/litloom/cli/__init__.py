"""The ``litloom`` command."""

from __future__ import annotations

import os
import sys

from litloom.errors import LitloomError
from litloom.printable import printable

USAGE_ERROR = 2
INTERRUPTED = 130


def main() -> None:
    """Run the command; what a user can act on ends in one line on standard error and exit status 2."""
    from litloom.cli.app import app

    try:
        app(prog_name="litloom")
    except (LitloomError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        sys.stderr.write(f"litloom: {_one_line(error)}\n")
        sys.exit(USAGE_ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return " ".join(printable(str(error)).split())
