"""A text stream: its beginning for format detection, then its lines or bytes, once.

Errors in the bytes of a file are raised here for all formats: a compressed file that is cut short or damaged,
invalid UTF-8, a binary file, a line without end.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, Final, Protocol

from litloom.errors import InputError
from litloom.readers.limits import LONGEST
from litloom.readers.options import Options

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
UTF8_BOM: Final = b"\xef\xbb\xbf"
UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
BINARY: Final = "this is a binary file, not text"
HEAD: Final = 2**16
BLOCK: Final = 2**18
LONG_LINE: Final = f"this line is longer than {LONGEST >> 20} MiB, too long for a paper"
TOO_LONG: Final = "\udfff\udffe\udfff"
"""Stands for such a line if bad records are skipped; no valid text contains it."""


class Readable(Protocol):
    """A source of bytes."""

    def read1(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Stream:
    r"""A text that can be read once.

    Parameters
    ----------
    source
        The bytes, plain or compressed by gzip or zstd.
    name
        The name in error messages.
    options
        If bad records are skipped, invalid UTF-8 makes a record bad; otherwise it raises an error.

    Attributes
    ----------
    name : str
    head : str
        The beginning of the text, for format detection.

    Examples
    --------
    >>> stream = Stream(io.BytesIO(b"one\r\ntwo"), "numbers.txt")
    >>> stream.head, list(stream)
    ('one\r\ntwo', ['one', 'two'])
    """

    def __init__(self, source: Readable, name: str, options: Options | None = None) -> None:
        self.name = name
        self._options = options or Options()
        self._bytes = _Unpacked(source, name)
        start = self._bytes.start
        if start.startswith(UTF16_BOMS):
            raise InputError(name, "the text is UTF-16; save it as UTF-8", 1)
        if b"\0" in start:
            raise InputError(name, BINARY, 1 + start[: start.index(b"\0")].count(b"\n"))
        self._reader = io.BufferedReader(_RawBytes(self._bytes.read, start), BLOCK)
        self.head = start.removeprefix(UTF8_BOM).decode("utf-8", "replace")

    @classmethod
    def of_text(cls, text: str | Iterable[str], name: str, options: Options | None = None) -> Stream:
        """Return the stream of a text or of lines."""
        if isinstance(text, str):
            return cls(io.BytesIO(text.encode("utf-8", "surrogatepass")), name, options)
        lines = (line.encode("utf-8", "surrogatepass") + b"\n" for line in text)
        return cls(io.BufferedReader(_RawBytes(lambda size: next(lines, b""))), name, options)

    def __iter__(self) -> Iterator[str]:
        """Yield the lines without their ends."""
        text = self._decoded(newline=None)
        for number in count(1):
            line = text.readline(LONGEST)
            if not line:
                return
            if 4 * len(line) >= LONGEST and len(line.encode("utf-8", "surrogateescape")) >= LONGEST:
                if not self._options.skip_bad:
                    raise InputError(self.name, f"{LONG_LINE}; check that the file contains papers", number)
                while line and not line.endswith("\n"):
                    line = text.readline(BLOCK)
                yield TOO_LONG
            else:
                yield self._checked(line.removesuffix("\n"), number)

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes without a byte order mark."""
        first = True
        while block := self._reader.read1(BLOCK):
            yield block.removeprefix(UTF8_BOM) if first else block
            first = False

    def texts(self) -> Iterator[str]:
        """Yield the text in pieces of any size."""
        text, line = self._decoded(newline=""), 1
        while piece := text.read(BLOCK):
            yield self._checked(piece, line)
            line += piece.count("\n")

    def check(self) -> None:
        """Raise the error that stopped the reading of the beginning, if any."""
        if self._bytes.error is not None:
            raise self._bytes.error

    def _decoded(self, newline: str | None) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._reader, "utf-8-sig", "surrogateescape", newline)

    def _checked(self, text: str, line: int) -> str:
        """Return a text; raise an error if it is binary or, unless bad records are skipped, not UTF-8."""
        if "\0" in text:
            raise InputError(self.name, BINARY, line + text.count("\n", 0, text.index("\0")))
        if not text.isascii() and not self._options.skip_bad:
            try:
                text.encode()
            except UnicodeEncodeError as error:
                at = error.start
                before = text[text.rfind("\n", 0, at) + 1 : at].encode()
                reason = f"byte 0x{ord(text[at]) - 0xDC00:02x} at column {len(before) + 1} is not UTF-8"
                line += text.count("\n", 0, at)
                raise InputError(self.name, f"{reason}; save the file as UTF-8", line) from error
        return text


class _RawBytes(io.RawIOBase):
    """The bytes of a function after those that were read before; it may return more than it is asked for."""

    def __init__(self, read: Callable[[int], bytes], start: bytes = b"") -> None:
        self._read_more = read
        self._pending = start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        data = self._pending or self._read_more(size)
        data, self._pending = data[:size], data[size:]
        buffer[: len(data)] = data
        return len(data)


class _Unpacked:
    """Decompressed bytes; an error is raised after all bytes before it."""

    def __init__(self, source: Readable, name: str) -> None:
        self._name = name
        self._source = source
        self._packing = ""
        self.error: InputError | None = None
        start = self._read_to(len(ZSTD_MAGIC), b"")
        rejoined = io.BufferedReader(_RawBytes(source.read1, start))
        if start.startswith(GZIP_MAGIC):
            self._packing, self._source, start = "gzip", gzip.GzipFile(fileobj=rejoined), b""
        elif start.startswith(ZSTD_MAGIC):
            self._packing, self._source, start = "zstd", zstd.ZstdFile(rejoined), b""
        self.start = self._read_to(HEAD, start)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, or raise the error that follows the last."""
        data = self._try_read(size)
        if not data and self.error is not None:
            raise self.error
        return data

    def _read_to(self, size: int, start: bytes) -> bytes:
        while len(start) < size and (more := self._try_read(HEAD)):
            start += more
        return start

    def _try_read(self, size: int) -> bytes:
        if self.error is not None:
            return b""
        try:
            return self._source.read1(size)
        except EOFError:
            reason = f"the {self._packing} file is cut short; download or copy it again"
        except (gzip.BadGzipFile, zlib.error, zstd.ZstdError) as error:
            reason = f"the {self._packing} file is damaged ({error}); download or copy it again"
        except OSError as error:
            reason = f"cannot read the file ({error.strerror or error})"
        self.error = InputError(self._name, reason)
        return b""
