"""The ``litloom`` command."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from contextlib import suppress

from litloom.cli.apart import go_apart
from litloom.cli.streams import give_up, prepare_streams, settle_output
from litloom.errors import LitloomError
from litloom.graph.stores.address import concealed
from litloom.support.debugging import DEBUG, debugging
from litloom.support.low_memory import REMEDY, is_low_memory, prepare_for_limit
from litloom.support.printable import printable
from litloom.support.redact import conceal, redact

FAILED = 2
"""Exit status of errors with a message."""
BROKEN_PIPE = 1
INTERRUPTED = 130


def main() -> None:
    """Run the command; errors are printed in one line on standard error, with exit status 2.

    With ``--debug`` or ``LITLOOM_DEBUG=1`` the traceback is printed, too.
    """
    prepare_streams()
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _other_error
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _other_error
    arguments = _without_debug(sys.argv[1:])
    _conceal(arguments)
    try:
        prepare_for_limit()
        go_apart()
        from litloom.cli.app import app

        try:
            app(arguments, prog_name="litloom")
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        give_up(1)
        sys.exit(BROKEN_PIPE)
    except Exception as error:
        settle_output()
        _print_error(error)
        sys.exit(FAILED)


def _print_error(error: Exception) -> None:
    try:
        if debugging():
            sys.stderr.write(redact("".join(traceback.format_exception(error))))
        sys.stderr.write(f"litloom: {_one_line(error)}\n")
    except OSError:  # standard error cannot be written
        give_up(2)


def _other_error(failed: threading.ExceptHookArgs | sys.UnraisableHookArgs) -> None:
    """Print an error of a thread or destructor only with ``--debug``: the command has its own message."""
    if debugging() and failed.exc_value is not None:
        with suppress(OSError):
            sys.stderr.write(redact("".join(traceback.format_exception(failed.exc_value))))


def _without_debug(arguments: list[str]) -> list[str]:
    """Return the arguments without ``--debug``, which is set in the environment for child processes, too."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--debug" in own:
        os.environ[DEBUG] = "1"
    return [argument for argument in own if argument != "--debug"] + arguments[len(own) :]


def _conceal(arguments: list[str]) -> None:
    """Redact URIs that may contain a password in all messages."""
    for argument in arguments:
        for text in (argument, argument.partition("=")[2]):
            shown = concealed(text)
            if shown is not None:
                conceal(text, shown)


def _one_line(error: Exception) -> str:
    if isinstance(error, LitloomError):
        return str(error)
    if is_low_memory(error):
        return f"too little memory; {REMEDY}"
    if isinstance(error, OSError):
        known = error.filename is not None and error.strerror
        text = f"{error.filename}: {error.strerror}" if known else str(error)
    else:
        text = (
            f"unexpected error: {type(error).__name__}: {error}; run it again with --debug for the traceback"
        )
    return redact(" ".join(printable(text).split()))
