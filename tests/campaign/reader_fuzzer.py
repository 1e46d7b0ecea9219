"""Fuzz everything that reads what a person gives, in this process; see `tests.campaign.test_fuzz_readers`.

Run ``python -m tests.campaign.reader_fuzzer SEED SECONDS FOLDER``. Before an input is tried it is written to
``FOLDER/current``, so that it is there when this process dies or hangs; one that fails is kept beside it.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from litloom.errors import InputError, QueryError
from litloom.extractors import read_gold
from litloom.graph.names.corrections import parse_corrections
from litloom.graph.names.pairs import read_pairs
from litloom.queries.query_file import parse_query
from litloom.readers import Options, Stream, known_formats
from litloom.readers.registry import detect_format
from tests.campaign.reader_seeds import SEEDS, TOKENS
from tests.readers.papers import assert_is_well_formed

LARGEST = 100_000
"""Bytes of an input."""
MEMORY = 3 * 2**29
SLOW = 20.0
"""Seconds of processor time for one input; the slowest take a few."""
Target = Callable[[bytes, bool], int]


def read_papers_of(name: str | None) -> Target:
    def read(content: bytes, skip_bad: bool) -> int:
        left_out: list[InputError] = []
        options = Options(skip_bad=skip_bad, on_skip=left_out.append)
        count = 0
        try:
            stream = Stream(io.BytesIO(content), "fuzz", options)
            known = known_formats()[name] if name else detect_format(stream.head, "fuzz")
            for paper in known.read(stream, options):
                assert_is_well_formed(paper)
                assert paper.text[len(paper.title)] == "\n"
                count += 1
        finally:
            for error in left_out:
                assert_is_one_line(error)
        return count

    return read


def corrections(content: bytes, skip_bad: bool) -> int:
    text = content.decode("utf-8", "replace")
    found = parse_corrections(text, "fuzz")
    assert all(isinstance(name, str) for group in found.same for name in group)
    return len(found.drop) + len(found.same)


def query(content: bytes, skip_bad: bool) -> int:
    found = parse_query(content.decode("utf-8", "replace"), "fuzz")
    assert found.question.isprintable()
    return 1


def through_file(read: Callable[[Path], object], folder: Path) -> Target:
    def target(content: bytes, skip_bad: bool) -> int:
        return len(list(read(folder / "current")))  # type: ignore[call-overload]

    return target


def assert_is_one_line(error: Exception) -> None:
    told = str(error)
    assert told.isprintable(), told[:200]
    assert len(told) < 1000, told[:200]


def targets(folder: Path) -> dict[str, Target]:
    """What is fuzzed, by the name of its seeds."""
    return {
        **{name: read_papers_of(name) for name in known_formats()},
        "any": read_papers_of(None),
        "corrections": corrections,
        "query": query,
        "gold": through_file(read_gold, folder),
        "pairs": through_file(read_pairs, folder),
    }


class Mutator:
    """Makes inputs of seeds."""

    def __init__(self, chosen: random.Random) -> None:
        self.chosen = chosen
        self.everything = [seed for seeds in SEEDS.values() for seed in seeds]

    def input(self, name: str) -> bytes:
        seeds = SEEDS.get(name) or self.everything
        content = self.chosen.choice(seeds if self.chosen.random() < 0.95 else self.everything)
        for _ in range(self.chosen.choice((0, 1, 1, 1, 2, 3, 6))):
            content = self.mutated(content, name)[:LARGEST]
        return content

    def mutated(self, content: bytes, name: str) -> bytes:
        start, end = self.stretch(content)
        kinds = (self.token, self.flip, self.cut, self.repeat, self.splice, self.move, self.swap, self.number)
        return self.chosen.choice(kinds)(content, start, end, name)

    def stretch(self, content: bytes) -> tuple[int, int]:
        start = self.chosen.randint(0, len(content))
        return start, min(len(content), start + int(self.chosen.expovariate(1 / 20)))

    def token(self, content: bytes, start: int, end: int, name: str) -> bytes:
        tokens = TOKENS["any"] if self.chosen.random() < 0.5 else TOKENS.get(name, TOKENS["any"])
        count = 1 if self.chosen.random() < 0.9 else int(10 ** self.chosen.uniform(0, 4.5))
        end = start if self.chosen.random() < 0.5 else end
        return content[:start] + (self.chosen.choice(tokens) * count)[:LARGEST] + content[end:]

    def flip(self, content: bytes, start: int, end: int, name: str) -> bytes:
        changed = bytearray(content)
        for _ in range(self.chosen.randint(1, 4)):
            if changed:
                changed[self.chosen.randrange(len(changed))] = self.chosen.randrange(256)
        return bytes(changed)

    def cut(self, content: bytes, start: int, end: int, name: str) -> bytes:
        return content[:start] + content[end:] if self.chosen.random() < 0.7 else content[:start]

    def repeat(self, content: bytes, start: int, end: int, name: str) -> bytes:
        count = int(10 ** self.chosen.uniform(0, 4))
        return content[:start] + (content[start:end] * count)[:LARGEST] + content[end:]

    def splice(self, content: bytes, start: int, end: int, name: str) -> bytes:
        other = self.chosen.choice(SEEDS.get(name) or self.everything)
        return content[:start] + other[self.stretch(other)[0] :]

    def move(self, content: bytes, start: int, end: int, name: str) -> bytes:
        rest = content[:start] + content[end:]
        at = self.chosen.randint(0, len(rest))
        return rest[:at] + content[start:end] + rest[at:]

    def swap(self, content: bytes, start: int, end: int, name: str) -> bytes:
        old, new = self.chosen.choice(TOKENS["any"]), self.chosen.choice(TOKENS.get(name, TOKENS["any"]))
        return content.replace(old, new, self.chosen.randint(1, 50))

    def number(self, content: bytes, start: int, end: int, name: str) -> bytes:
        digits = [at for at, byte in enumerate(content[:5000]) if 48 <= byte <= 57]
        if not digits:
            return content
        at = self.chosen.choice(digits)
        return content[:at] + b"9" * int(10 ** self.chosen.uniform(0, 4)) + content[at:]


def campaign(seed: int, seconds: float, folder: Path) -> Iterator[dict[str, object]]:
    """Try inputs; yield what failed, and in the end the counts."""
    known = targets(folder)
    mutator = Mutator(random.Random(seed))
    names = [*known]
    for name in names:  # what is imported when it is needed takes its memory now
        tried(known[name], mutator.input(name), False, folder)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    counts = {"tried": 0, "papers": 0, "refused": 0, "failed": 0}
    slowest, ends = 0.0, time.monotonic() + seconds
    while time.monotonic() < ends:
        name = mutator.chosen.choice(names)
        content, skip_bad = mutator.input(name), mutator.chosen.random() < 0.5
        begun = time.process_time()
        found, failure = tried(known[name], content, skip_bad, folder)
        spent = time.process_time() - begun
        slowest = max(slowest, spent)
        if not failure and spent > SLOW:
            failure = f"took {spent:.0f} s"
        counts["tried"] += 1
        counts["papers"] += max(found, 0)
        counts["refused"] += found < 0
        if failure:
            counts["failed"] += 1
            file = folder / f"failed-{counts['failed']}-{name}-{'skip' if skip_bad else 'strict'}"
            file.write_bytes(content)
            yield {"target": name, "skip_bad": skip_bad, "file": str(file), "failure": failure,
                   "input": repr(content[:2000])}  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    yield {**counts, "slowest_s": round(slowest, 1), "peak_mib": peak}


def tried(target: Target, content: bytes, skip_bad: bool, folder: Path) -> tuple[int, str]:
    """Return how many papers came, -1 where it was refused as it should be, and what went wrong."""
    (folder / "current").write_bytes(content)
    try:
        return target(content, skip_bad), ""
    except (InputError, QueryError) as error:
        try:
            assert_is_one_line(error)
        except AssertionError:
            return -1, traceback.format_exc()
        return -1, ""
    except BaseException:
        return 0, traceback.format_exc()


if __name__ == "__main__":
    for line in campaign(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
