"""Writes Daily Papers pages in the layouts that pasting makes of them."""

import textwrap
from dataclasses import dataclass

from litloom.readers import Options, parse_papers

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADER = (
    "new",
    "Get trending papers in your email inbox!",
    "Subscribe",
    "Daily Papers",
    "byAK and the research community",
    "Jun 22",
)
BLANKS = ("everywhere", "entries", "nowhere")
FEET = ("lines", "one line", "no dot", "count apart", "dot with date")
WIDTHS = (None, 60, 72, 80, 100)


@dataclass(frozen=True)
class Sample:
    """An entry as it should be read back; its day is (year or None, month, day)."""

    title: str
    abstract: str
    authors: int | None = None
    organization: str = ""
    day: tuple[int | None, int, int] | None = None
    comments: int | None = None


@dataclass(frozen=True)
class Layout:
    """How a page is written."""

    header: tuple[str, ...] = HEADER
    glued: bool = False
    blanks: str = "everywhere"
    width: int | None = None
    foot: str = "lines"
    bullet: str = "  • "
    line_end: str = "\n"
    space: str = " "


def render(samples, layout):
    """Return the text of a page."""
    after_line = [""] if layout.blanks == "everywhere" else []
    after_entry = [] if layout.blanks == "nowhere" else [""]
    lines = []
    if not layout.glued:
        for piece in layout.header:
            lines += [piece, *after_line]
        lines += after_entry
    for number, sample in enumerate(samples):
        title, abstract = _wrapped(sample.title, layout.width), _wrapped(sample.abstract, layout.width)
        if number == 0 and layout.glued:
            title[0] = "".join(layout.header) + title[0]
        lines += [*title, *after_line, *abstract, *after_line]
        lines += [*_foot(sample, layout), *after_entry]
    return layout.line_end.join(lines)


def layouts():
    """Return many layouts: every way to break lines, and every way to spoil a header."""
    found = [Layout(blanks=b, width=w, foot=f) for b in BLANKS for w in WIDTHS for f in FEET]
    found += [Layout(header=HEADER[i:]) for i in range(7)]
    found += [Layout(header=HEADER[i:], glued=True, blanks=b) for i in range(6) for b in BLANKS]
    found += [Layout(header=HEADER[:3], glued=True), Layout(header=("Subscribe",), glued=True)]
    found += [Layout(line_end="\r\n"), Layout(line_end="\r"), Layout(space="\xa0")]
    found += [Layout(bullet=bullet) for bullet in ("· ", "", "-\xa0", "* ", "•")]
    return found


def _wrapped(text, width):
    return [text] if width is None else textwrap.wrap(text, width, break_long_words=False)


def _foot(sample, layout):
    who = sample.organization
    if sample.authors is not None:
        who = f"{layout.bullet}{sample.authors}{layout.space}authors"
    if not who:
        return []
    date = count = ""
    if sample.day is not None:
        year, month, day = sample.day
        date = f"{MONTHS[month - 1]}{layout.space}{day}" + (f",{layout.space}{year}" if year else "")
        count = "" if sample.comments is None else str(sample.comments)
    dated = f"{date}{layout.space}{count}" if count else date
    forms = {
        "lines": [who, "·", dated],
        "one line": [f"{who}{layout.space}·{layout.space}{dated}"],
        "no dot": [who, dated],
        "count apart": [who, "·", date, count],
        "dot with date": [who, f"· {dated}"],
    }
    return [line for line in forms[layout.foot] if line]


def parse_daily_papers(text, *, source="<text>", page_year=None):
    """Read papers from a page."""
    return parse_papers(text, format="daily-papers", source=source, options=Options(page_year=page_year))
