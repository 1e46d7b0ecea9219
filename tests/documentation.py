"""The pages of the documentation, and the examples in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
OUTPUT = "<!-- output -->"


@dataclass(frozen=True)
class Block:
    """A fenced block of code.

    Parameters
    ----------
    place
        Page and line.
    language
        What stands after the fence.
    text
        The code.
    comment
        The HTML comment on the line above the fence, if any.
    output
        What the page shows as the output, if anything.
    """

    place: str
    language: str
    text: str
    comment: str
    output: str

    @property
    def runs(self) -> bool:
        """Whether it is an example that can run with no more than a graph of papers."""
        return self.language in ("bash", "python") and not self.comment


def name_of(page: Path) -> str:
    """Return the path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    fences = [number for number, line in enumerate(lines) if line.startswith("```")]
    for start, end in zip(fences[::2], fences[1::2], strict=True):
        above = re.fullmatch(r"<!-- (.*) -->", lines[start - 1])
        after = lines[end + 2 :] if lines[end + 1 : end + 3] == ["", OUTPUT] else []
        yield Block(
            place=f"{name_of(page)}:{start + 1}",
            language=lines[start].removeprefix("```"),
            text="\n".join(lines[start + 1 : end]),
            comment=above[1] if above else "",
            output="\n".join(after[1 : after.index("", 1)]) if after else "",
        )


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
