"""Properties of the page reader: what is written is read back, and any text gives papers or an error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.records import Paper
from tests.readers.pages import BLANKS, FEET, HEADER, WIDTHS, Layout, Sample, parse_daily_papers, render

NOUNS = (
    "loom",
    "graph",
    "yarn",
    "pattern",
    "kernel",
    "model",
    "GPU",
    "token",
    "shuttle",
    "state-space",
    "LoRA",
)
VERBS = ("weaves", "learns", "needs", "halves", "predicts", "prunes", "outperforms")
LINKS = ("with", "for", "of", "and", "over", "without")
EDGES = st.sampled_from(
    ["•", "·", "• 5 authors", "5 authors", "Jun 10", "Jun 10, 2025", "3", "", " ", "\t", "\xa0"]
)


@st.composite
def titles(draw):
    words = draw(st.lists(st.sampled_from(NOUNS + LINKS), min_size=1, max_size=8))
    start = draw(st.sampled_from(["Weave", "LoomNet:", "k-Means", "xLoom:", "4+3", "On", "What Is", "A"]))
    return f"{start} {' '.join(w[0].upper() + w[1:] if w in NOUNS else w for w in words)}" + draw(
        st.sampled_from(["", "", "?", "!", " (Extended)"])
    )


@st.composite
def sentences(draw):
    subject, verb, thing, link, other = (
        draw(st.sampled_from(x)) for x in (NOUNS, VERBS, NOUNS, LINKS, NOUNS)
    )
    return f"The {subject} {verb} every {thing} {link} one {other}."


DAYS = st.tuples(st.none() | st.integers(1995, 2030), st.integers(1, 12), st.integers(1, 28))
ABSTRACTS = st.lists(sentences(), min_size=1, max_size=8).map(" ".join)


@st.composite
def samples(draw, footed=None):
    with_foot = draw(st.booleans()) if footed is None else footed
    foot = {}
    if with_foot:
        who = draw(st.sampled_from(["authors", "authors", "organization"]))
        foot = (
            {"organization": "Loom Works"}
            if who == "organization"
            else {"authors": draw(st.integers(1, 1500))}
        )
        foot |= {"day": draw(DAYS), "comments": draw(st.none() | st.integers(1, 999))}
    return Sample(draw(titles()), draw(ABSTRACTS), **foot)


SPACING = st.builds(
    Layout,
    header=st.integers(0, len(HEADER) - 1).map(lambda start: HEADER[start:]),
    glued=st.booleans(),
    foot=st.sampled_from(FEET),
    bullet=st.sampled_from(["  • ", "· ", "", "•\xa0", "- "]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    space=st.sampled_from([" ", "\xa0", "  "]),
)


def read_back(page):
    return [(p.title, p.abstract, p.author_count, p.organization) for p in parse_daily_papers(page)]


def written(entries):
    return [(s.title, s.abstract, s.authors, s.organization) for s in entries]


@settings(max_examples=150, deadline=None)
@given(st.lists(samples(), min_size=1, max_size=6), SPACING, st.sampled_from(BLANKS))
def test_a_page_is_read_back_as_it_was_written(entries, layout, blanks):
    page = render(entries, Layout(**{**_fields(layout), "blanks": blanks}))
    assert read_back(page) == written(entries)


@settings(max_examples=100, deadline=None)
@given(st.lists(samples(footed=True), min_size=1, max_size=6), SPACING, st.sampled_from(WIDTHS))
def test_a_hard_wrapped_page_is_read_back_as_it_was_written(entries, layout, width):
    page = render(entries, Layout(**{**_fields(layout), "blanks": "everywhere", "width": width}))
    assert read_back(page) == written(entries)


@settings(max_examples=100, deadline=None)
@given(st.lists(samples(footed=True), min_size=1, max_size=6), SPACING)
def test_dates_are_read_back_with_the_year_of_the_page(entries, layout):
    years = [s.day[0] for s in entries if s.day[0]]
    page_year = max(years) + 1 if years else None
    expected = []
    for year, month, day in (s.day for s in entries):
        year = year or page_year
        expected.append(f"{year}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}")
    assert [p.date for p in parse_daily_papers(render(entries, layout))] == expected


def _fields(layout):
    return {name: getattr(layout, name) for name in layout.__dataclass_fields__}


def papers_or_error(text):
    try:
        return list(parse_daily_papers(text, source="page.txt"))
    except InputError as error:
        return error


def assert_papers_or_error(text):
    outcome = papers_or_error(text)
    if isinstance(outcome, InputError):
        assert "\n" not in str(outcome)
        assert str(outcome).startswith("page.txt")
        assert outcome.line is not None
    else:
        assert outcome
        assert all(isinstance(paper, Paper) and paper.title for paper in outcome)
        assert all(paper.title == " ".join(paper.title.split()) for paper in outcome)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_papers_or_an_error(text):
    assert_papers_or_error(text)


PIECES = st.one_of(
    st.sampled_from(HEADER),
    EDGES,
    titles(),
    sentences(),
    ABSTRACTS,
    st.text(max_size=12),
    st.just("Loom Works"),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["", "\n", "\n\n", "\r\n", " "])), max_size=30))
def test_any_pieces_of_pages_give_papers_or_an_error(pieces):
    assert_papers_or_error("".join(piece + end for piece, end in pieces))


@settings(max_examples=150, deadline=None)
@given(st.lists(samples(), min_size=1, max_size=5), SPACING)
def test_nothing_of_a_header_or_foot_is_left_in_the_text(entries, layout):
    for paper in parse_daily_papers(render(entries, layout)):
        for mark in ("trending papers", "byAK", "authors", "·", "•", "Subscribe"):
            assert mark not in paper.text
