"""A text that is being read: its beginning at once, then its lines or its bytes, once.

Everything that can be wrong with the bytes of a file, whatever its format, is found here: a packed file that
is cut short or damaged, bytes that are no UTF-8, a binary file, a line without end.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
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
LONG_LINE: Final = f"this line is longer than {LONGEST >> 20} MiB, so no paper"
TOO_LONG: Final = "\udfff\udffe\udfff"
"""Stands for such a line where bad records are left out; it is no text, so no record with it is good."""


class Readable(Protocol):
    """What bytes come from."""

    def read1(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""


class Stream:
    r"""A text that is being read.

    Parameters
    ----------
    source
        Where its bytes come from, packed by gzip or zstd or plain.
    name
        What errors call it.
    options
        Where bad records are left out, bytes that are no UTF-8 become lone surrogates, by which
        `litloom.readers.base.read_records` knows the records to leave out; otherwise they end the reading.

    Attributes
    ----------
    name : str
    head : str
        The beginning of the text, for finding its format.

    Examples
    --------
    >>> stream = Stream(io.BytesIO(b"one\r\ntwo"), "numbers.txt")
    >>> stream.head, list(stream)
    ('one\r\ntwo', ['one', 'two'])
    """

    def __init__(self, source: Readable, name: str, options: Options | None = None) -> None:
        self.name = name
        self._options = options or Options()
        self._bytes = _Checked(source, name)
        start = self._bytes.start
        if start.startswith(UTF16_BOMS):
            raise InputError(name, "the text is UTF-16; save it as UTF-8", 1)
        if b"\0" in start:
            raise InputError(name, BINARY, 1 + start[: start.index(b"\0")].count(b"\n"))
        self._reader = io.BufferedReader(self._bytes, BLOCK)
        self.head = start.removeprefix(UTF8_BOM).decode("utf-8", "replace")

    @classmethod
    def of_text(cls, text: str | Iterable[str], name: str, options: Options | None = None) -> Stream:
        """Return the stream of a text, or of lines."""
        if isinstance(text, str):
            return cls(io.BytesIO(text.encode("utf-8", "surrogatepass")), name, options)
        return cls(_Lines(text), name, options)

    def __iter__(self) -> Iterator[str]:
        """Give the lines, without their ends, as they are asked for."""
        for number, raw in enumerate(self._raw_lines(), 1):
            if raw is None and not self._options.skip_bad:
                raise InputError(self.name, f"{LONG_LINE}; is it a file of papers?", number)
            yield TOO_LONG if raw is None else self._decoded(raw, number)

    def _raw_lines(self) -> Iterator[bytes | None]:
        """Give the lines without their ends, and ``None`` for one that is too long, which is not held."""
        held: list[bytes] = []
        begins = True
        while piece := self._reader.readline(BLOCK):
            if begins:
                piece, begins = piece.removeprefix(UTF8_BOM), False
            if piece.endswith(b"\n"):
                if held:
                    piece, held = b"".join([*held, piece]), []
                yield from piece[:-1].rstrip(b"\r\n").split(b"\r") if b"\r" in piece else (piece[:-1],)
            elif b"\r" in piece or (held and held[-1].endswith(b"\r")):
                whole = b"".join([*held, piece])
                cut = whole.rfind(b"\r", 0, -1)  # the last one may belong to a "\r\n"
                yield from whole[:cut].split(b"\r") if cut >= 0 else ()
                held = [whole[cut + 1 :]]
            else:
                held.append(piece)
            if len(held) * BLOCK > LONGEST:
                yield None
                held = []
                while piece and not piece.endswith(b"\n"):
                    piece = self._reader.readline(BLOCK)
        if held:
            yield from b"".join(held).rstrip(b"\r").split(b"\r")

    def blocks(self) -> Iterator[bytes]:
        """Give the bytes, a byte order mark left out."""
        first = True
        while block := self._reader.read1(BLOCK):
            yield block.removeprefix(UTF8_BOM) if first else block
            first = False

    def texts(self) -> Iterator[str]:
        """Give the text in pieces of any size."""
        decoder = codecs.getincrementaldecoder("utf-8")(self._errors)
        line = 1
        for block in self.blocks():
            if b"\0" in block:
                raise InputError(self.name, BINARY, line + block[: block.index(b"\0")].count(b"\n"))
            try:
                yield decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise self._not_utf8(error, line) from error
            line += block.count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise self._not_utf8(error, line) from error

    def check(self) -> None:
        """Raise what kept the beginning from being read."""
        if self._bytes.error is not None:
            raise self._bytes.error

    @property
    def _errors(self) -> str:
        return "surrogateescape" if self._options.skip_bad else "strict"

    def _decoded(self, raw: bytes, number: int) -> str:
        if b"\0" in raw:
            raise InputError(self.name, BINARY, number)
        try:
            return raw.decode("utf-8", self._errors)
        except UnicodeDecodeError as error:
            raise self._not_utf8(error, number) from error

    def _not_utf8(self, error: UnicodeDecodeError, line: int) -> InputError:
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        byte = f"byte 0x{error.object[error.start]:02x} at column {column}"
        return InputError(self.name, f"{byte} is not UTF-8; save the file as UTF-8", line)


class _Checked(io.RawIOBase):
    """Unpacked bytes, whose errors come as `InputError` after all that could be read."""

    def __init__(self, source: Readable, name: str) -> None:
        self._name = name
        self.error: InputError | None = None
        self._packing = ""
        self._source: Readable = source
        magic = self._read(HEAD)
        while magic and len(magic) < len(ZSTD_MAGIC) and (more := self._read(HEAD)):
            magic += more
        self._unpack(magic)
        self.start = magic if not self._packing else b""
        while len(self.start) < HEAD and (more := self._read(HEAD)):
            self.start += more
        self._pending = self.start

    def _unpack(self, magic: bytes) -> None:
        whole = io.BufferedReader(_Rejoined(magic, self._source))
        if magic.startswith(GZIP_MAGIC):
            self._packing, self._source = "gzip", gzip.GzipFile(fileobj=whole)
        elif magic.startswith(ZSTD_MAGIC):
            self._packing, self._source = "zstd", zstd.ZstdFile(whole)

    def _read(self, size: int) -> bytes:
        if self.error is not None:
            return b""
        try:
            return self._source.read1(size)
        except EOFError:
            reason = f"the {self._packing} file is cut short; fetch or copy it again"
        except (gzip.BadGzipFile, zlib.error, zstd.ZstdError) as error:
            reason = f"the {self._packing} file is damaged ({error}); fetch or copy it again"
        except OSError as error:
            reason = f"the file cannot be read ({error.strerror or error})"
        self.error = InputError(self._name, reason)
        return b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        data = self._pending[:size] or self._read(size)
        self._pending = self._pending[size:]
        if not data and self.error is not None:
            raise self.error
        buffer[: len(data)] = data
        return len(data)


class _Rejoined(io.RawIOBase):
    """Bytes that were read already, then the rest."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        data = self._start[:size] or self._rest.read1(size)
        self._start = self._start[size:]
        buffer[: len(data)] = data
        return len(data)


class _Lines:
    """The bytes of lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def read1(self, size: int, /) -> bytes:
        if not self._rest and (line := next(self._lines, None)) is not None:
            self._rest = line.encode("utf-8", "surrogatepass") + b"\n"
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
