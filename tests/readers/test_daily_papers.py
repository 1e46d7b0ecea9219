"""Reading Daily Papers pages: whatever pasting did to header, foot and lines."""

import pytest

from litloom.errors import InputError
from tests.readers.pages import HEADER, Layout, Sample, layouts, parse_daily_papers, render

ABSTRACT = (
    "We weave papers into graphs. The loom has two beams, and what one beam takes up the other lets go; "
    "on all patterns that we tried it is faster than weaving by hand."
)
OTHER = (
    "Looms differ in width. We measure 120 of them in workshops of four countries, and find that a wide loom "
    "is rarely a slow one. The measurements are at https://example.org/looms"
)
SAMPLES = (
    Sample("Weaving by Numbers: A Loom for Graphs", ABSTRACT, authors=5, day=(2025, 6, 10), comments=2),
    Sample("Do Wide Looms Weave Slowly?", OTHER, authors=1, day=(None, 4, 20)),
    Sample(
        "k-Ply Yarns and Where to Spin Them",
        ABSTRACT.replace("papers", "yarns"),
        authors=46,
        day=(2023, 12, 1),
    ),
    Sample(
        "Shuttles That Return", OTHER.replace("Looms", "Shuttles"), authors=12, day=(2024, 2, 29), comments=17
    ),
)


def parse(text, **options):
    return list(parse_daily_papers(text, **options))


def entries(text, **options):
    return [(paper.title, paper.abstract) for paper in parse(text, **options)]


def dates(text, **options):
    return [paper.date for paper in parse(text, **options)]


def page(*lines):
    return "\n".join(lines)


@pytest.mark.parametrize("layout", layouts(), ids=str)
def test_every_layout_gives_the_same_entries(layout):
    papers = parse(render(SAMPLES, layout))
    assert [(p.title, p.abstract) for p in papers] == [(s.title, s.abstract) for s in SAMPLES]
    assert [p.author_count for p in papers] == [5, 1, 46, 12]
    assert [p.date for p in papers] == ["2025-06-10", "2026-04-20", "2023-12-01", "2024-02-29"]


@pytest.mark.parametrize("blanks", ["everywhere", "entries", "nowhere"])
def test_entries_without_a_foot_are_found_between_others(blanks):
    samples = [SAMPLES[0], Sample("A Title Alone", OTHER), Sample("Another", ABSTRACT), SAMPLES[3]]
    papers = parse(render(samples, Layout(blanks=blanks)))
    assert [p.title for p in papers] == [s.title for s in samples]
    assert [p.date for p in papers] == ["2025-06-10", None, None, "2024-02-29"]


@pytest.mark.parametrize("width", [None, 60, 80])
def test_blocks_of_title_and_abstract_need_no_header_and_no_foot(width):
    samples = [Sample(s.title, s.abstract) for s in SAMPLES]
    text = render(samples, Layout(header=(), blanks="entries", width=width))
    assert entries(text) == [(s.title, s.abstract) for s in SAMPLES]


@pytest.mark.parametrize("blanks", ["everywhere", "entries", "nowhere"])
def test_an_abstract_may_be_one_sentence_if_pairs_are_clear(blanks):
    samples = [Sample("Alpha", "We propose alpha."), Sample("Beta for Graphs", "We study beta.")]
    text = render(samples, Layout(header=(), blanks=blanks))
    assert entries(text) == [("Alpha", "We propose alpha."), ("Beta for Graphs", "We study beta.")]


def test_an_abstract_of_two_paragraphs_is_one_abstract():
    text = page("Two Thoughts", "", ABSTRACT, "", OTHER, "", "• 2 authors", "·", "Jun 10, 2025")
    assert entries(text) == [("Two Thoughts", f"{ABSTRACT} {OTHER}")]


def test_a_footed_title_may_lack_its_abstract():
    text = page(
        "Only a Title", "• 2 authors", "·", "Jun 10, 2025", "", "A Whole Entry", ABSTRACT, "• 1 authors"
    )
    assert entries(text) == [("Only a Title", ""), ("A Whole Entry", ABSTRACT)]


@pytest.mark.parametrize(
    ("first_line", "title"),
    [
        ("SubscribeReMemory: Weaving Twice", "ReMemory: Weaving Twice"),
        ("SubscribexLoom: Extended Weaving", "xLoom: Extended Weaving"),
        ("SubscriberStar: Small Looms", "rStar: Small Looms"),
        ("Subscribe4+3 Phases of Weaving", "4+3 Phases of Weaving"),
        ("Subscriber churn in weaving mills", "Subscriber churn in weaving mills"),
        ("SubscribeSubscriber churn in weaving mills", "Subscriber churn in weaving mills"),
        ("Subscribers, Listeners and Weavers", "Subscribers, Listeners and Weavers"),
        ("Subscribe to Win: Bandits", "Subscribe to Win: Bandits"),
        ("Jun 22CUDA-Loom: Kernels", "CUDA-Loom: Kernels"),
        ("Jun 220.1% Yarn Makes Cloth", "0.1% Yarn Makes Cloth"),
        ("Jun 84+3 Phases of Weaving", "4+3 Phases of Weaving"),
        ("May 1st and Other Holidays", "May 1st and Other Holidays"),
        ("March of the Looms", "March of the Looms"),
        ("Daily PapersbyAK and the research communityJun 22Looms", "Looms"),
        ("Daily PapersbyAK and the research communityLooms", "Looms"),
        ("Daily Papers: A Dataset of Abstracts", "Daily Papers: A Dataset of Abstracts"),
        ("newsroom: a corpus of summaries", "newsroom: a corpus of summaries"),
        ("Get trending papers in your email inbox once a day!SubscribeLooms", "Looms"),
        ("".join(HEADER) + "Looms", "Looms"),
        (" ".join(HEADER) + " Looms", "Looms"),
    ],
)
def test_only_the_header_is_stripped_from_a_glued_title(first_line, title):
    assert entries(page(first_line, ABSTRACT)) == [(title, ABSTRACT)]


def test_a_title_like_a_header_piece_is_kept_after_that_piece():
    assert entries(page("Subscribe", "SubscribeNet: A Network", ABSTRACT)) == [
        ("SubscribeNet: A Network", ABSTRACT)
    ]


@pytest.mark.parametrize(
    "foot",
    [
        ["Loom Works GmbH", "·", "Nov 12, 2025 3"],
        ["Loom Works GmbH", "· Nov 12, 2025 3"],
        ["Loom Works GmbH · Nov 12, 2025 3"],
        ["Loom Works GmbH", "Nov 12, 2025", "3"],
    ],
)
@pytest.mark.parametrize("gap", [[], [""]])
def test_an_organization_may_replace_the_authors(foot, gap):
    text = page("One Title", *gap, ABSTRACT, *gap, *foot, *gap, "Two Title", *gap, OTHER, *gap, "• 2 authors")
    first, second = parse(text)
    assert (first.organization, first.author_count, first.date) == ("Loom Works GmbH", None, "2025-11-12")
    assert (first.abstract, second.organization, second.author_count) == (ABSTRACT, "", 2)


@pytest.mark.parametrize("name", ["xAI xAI", "Loom Works Inc.", "Institute of Looms, Ulm"])
@pytest.mark.parametrize("gap", [[], [""]])
def test_an_organization_may_have_any_name(name, gap):
    (paper,) = parse(page("One Title", *gap, OTHER, *gap, name, "·", "Nov 12, 2025"))
    assert (paper.organization, paper.abstract) == (name, OTHER)


def test_an_abstract_may_begin_like_a_date():
    text = page(
        "One Title", "", "May 20ms be enough? We look at looms and find that it is.", "", "• 2 authors"
    )
    assert entries(text) == [("One Title", "May 20ms be enough? We look at looms and find that it is.")]


def test_counts_are_not_part_of_titles():
    foot = ["• 2 authors", "·", "Jun 10, 2025", "", "17", ""]
    text = page("One", ABSTRACT, *foot, "Two", OTHER, "• 3 authors · Jun 11, 20254", "Three", ABSTRACT)
    assert entries(text) == [("One", ABSTRACT), ("Two", OTHER), ("Three", ABSTRACT)]


def test_a_foot_may_be_glued_to_the_abstract():
    text = page("One", f"{ABSTRACT} • 5 authors · Jun 10, 2025 2", "Two", OTHER)
    assert entries(text) == [("One", ABSTRACT), ("Two", OTHER)]
    assert parse(text)[0].author_count == 5


def test_the_year_of_a_page_follows_its_latest_year():
    text = page("One", ABSTRACT, "• 1 authors", "Mar 10", "Two", OTHER, "• 1 authors", "Dec 21, 2024")
    assert dates(text) == ["2025-03-10", "2024-12-21"]
    assert dates(text, page_year=2030) == ["2030-03-10", "2024-12-21"]


def test_a_year_in_an_abstract_does_not_count():
    text = page("One", "In 2031 we shall know more about looms.", "• 1 authors", "Mar 10")
    assert dates(text) == ["--03-10"]


def test_dates_have_no_year_if_the_page_has_none():
    (paper,) = parse(page("One", ABSTRACT, "• 1 authors", "·", "Jun 10"))
    assert (paper.date, paper.year) == ("--06-10", None)
    (paper,) = parse(page("One", ABSTRACT, "• 1 authors", "·", "Jun 10"), page_year=2024)
    assert (paper.date, paper.year) == ("2024-06-10", 2024)


def test_a_day_that_the_year_lacks_gets_no_year():
    text = page("One", ABSTRACT, "• 1 authors", "Feb 29", "Two", OTHER, "• 1 authors", "Dec 21, 2024")
    assert dates(text) == ["--02-29", "2024-12-21"]


def test_a_year_in_the_header_is_the_year_of_the_page():
    text = page("Daily Papers", "Jun 22, 2026", "One", ABSTRACT, "• 1 authors", "Feb 3")
    assert dates(text) == ["2026-02-03"]


@pytest.mark.parametrize("seam", ["", "\n", "\n\n"])
@pytest.mark.parametrize("second", [Layout(), Layout(blanks="nowhere"), Layout(glued=True)])
def test_consecutive_pages_keep_their_years(seam, second):
    first = [SAMPLES[0], SAMPLES[1]]
    later = [Sample("Late Looms", ABSTRACT, authors=3, day=(None, 5, 6)), SAMPLES[2]]
    papers = parse(render(first, Layout()).rstrip() + seam + render(later, second))
    assert [p.title for p in papers] == [s.title for s in (*first, *later)]
    assert [p.date for p in papers] == ["2025-06-10", "2026-04-20", "2024-05-06", "2023-12-01"]


def test_a_page_glued_to_an_abstract_is_split():
    text = render([Sample("One Title", ABSTRACT)], Layout(blanks="nowhere")) + render(SAMPLES[:1], Layout())
    assert entries(text) == [("One Title", ABSTRACT), (SAMPLES[0].title, ABSTRACT)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["We weave state-of-the-", "art graphs."], "We weave state-of-the-art graphs."),
        (["We weave low-", "and high-grade yarn."], "We weave low- and high-grade yarn."),
        (["A plug-", "and-play loom."], "A plug-and-play loom."),
    ],
)
def test_hyphenated_words_are_joined(lines, text):
    assert entries(page("Daily Papers", "A Title", *lines, "• 2 authors")) == [("A Title", text)]


NO_PAGES = {
    "source code": ('"""A module."""', "import os", "", "def f(x):", "    return os.path.join(x)", ""),
    "JavaScript": ("const x = 1;", "function f() {", "  return x;", "}"),
    "settings": ("[tool.weave]", 'name = "loom"', "width = 3"),
    "prose": (
        "It was a bright morning, and the clocks were slow. Nobody moved.",
        "",
        "Then she came in. She sat.",
        "",
    ),
    "wrapped prose": (
        "The old man had lived by the river for so many years that nobody",
        "knew when he had come, and he himself had forgotten. Every day he",
        "went down to the water and looked for a while at the boats.",
        "",
        "In spring the river rose, and he moved his chair to the upper",
        "floor of the house, where one could see the hills.",
    ),
    "a poem": (
        "The loom is still tonight,",
        "The thread is white, the cloth lies bare",
        "Upon the beam; and so.",
        "",
    ),
    "a letter": ("Dear Ada,", "Thank you for the yarn. It came on Monday.", "Yours,", "Jo"),
    "CSV": ("title,abstract", "On Looms,We look at looms.", "On Yarn,We spin yarn."),
    "quoted CSV": ('"Title","Abstract"', '"On Looms","We look at looms."'),
    "HTML": ("<html>", "<body><p>We look at looms.</p></body>", "</html>"),
    "Markdown": ("# On Looms", "", "We look at looms.", "", "## On Yarn", "", "We spin yarn."),
    "BibTeX": ("@article{ada,", "  title = {On Looms},", "}"),
    "a list": ("milk", "eggs", "bread"),
    "a log": ("2025-01-01 12:00:00 INFO Starting up.", "2025-01-01 12:00:01 INFO Done."),
    "one line": ("Hello world",),
    "one long line": ("x" * 5000,),
    "nothing but a header": HEADER,
}


@pytest.mark.parametrize("lines", NO_PAGES.values(), ids=NO_PAGES)
@pytest.mark.parametrize("skip_bad", [False, True])
def test_other_text_is_refused_with_its_line(tmp_path, lines, skip_bad):
    from litloom.readers import read_papers

    file = tmp_path / "file.txt"
    file.write_text(page(*lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(read_papers(file, skip_bad=skip_bad, format="daily-papers"))
    assert str(file) in str(caught.value)
    assert 1 <= caught.value.line <= len(lines)
    assert "\n" not in str(caught.value)


def test_a_stray_piece_of_a_page_is_refused_or_skipped(tmp_path):
    from litloom.readers import read_papers

    file = tmp_path / "page.txt"
    file.write_text(render(SAMPLES, Layout()) + "\n\nPrevious\n", encoding="utf-8")
    with pytest.raises(InputError, match="Previous") as caught:
        list(read_papers(file))
    assert caught.value.line == len(file.read_text(encoding="utf-8").splitlines())
    left_out = []
    assert len(list(read_papers(file, skip_bad=True, on_skip=left_out.append))) == len(SAMPLES)
    assert [error.line for error in left_out] == [caught.value.line]
