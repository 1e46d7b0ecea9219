"""The same paper from several sources is one paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.papers.match_keys import identifiers
from litloom.papers.merge import merge_papers
from litloom.records import Paper, title_id
from tests.campaign.scale import examples


def merged(*papers):
    """Return what the papers become, which must be one."""
    (paper,) = merge_papers(papers)
    return paper


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"doi": "10.1000/abc"}, {"doi": "https://doi.org/10.1000/ABC"}),
        ({"arxiv_id": "2106.09685"}, {"arxiv_id": "arXiv:2106.09685v2"}),
        ({"arxiv_id": "2106.09685"}, {"doi": "10.48550/arXiv.2106.09685"}),
        ({"arxiv_id": "2106.09685"}, {"url": "https://arxiv.org/abs/2106.09685v3"}),
        ({"doi": "10.1000/abc"}, {"id": "doi:10.1000/abc"}),
        ({"id": "p1"}, {"id": "p1"}),
        ({"title": "On  Looms!"}, {"title": "on looms"}),
        ({"title": "On Looms", "doi": "10.1000/abc"}, {"title": "On Looms", "arxiv_id": "2106.09685"}),
        ({"title": "On Looms", "doi": "10.1000/abc"}, {"title": "On Looms"}),
        ({"title": "On Looms", "id": "a:1"}, {"title": "On Looms", "id": "b:7"}),
        ({"ids": ("openalex:W1", "pubmed:7")}, {"ids": ("s2:9", "pubmed:7")}),
        ({"ids": ("openalex:W1",)}, {"id": "OpenAlex:w1"}),
        ({"ids": ("doi:10.1000/ABC",)}, {"doi": "10.1000/abc"}),
        ({"id": "p1"}, {"ids": ("p1",)}),
        ({"title": "Pre-Training & Looms"}, {"title": "Pretraining and LOOMS."}),
        ({"title": r"On Schr{\"o}dinger's $\alpha$-Looms"}, {"title": "On Schrödinger’s α-looms"}),
        ({"title": "H<sub>2</sub>O Looms"}, {"title": "H2O looms"}),
        (
            {"title": "Atention for Looms", "authors": ("Ada Poe",), "year": 2020},
            {"title": "Attention for Looms", "authors": ("Poe, A.",), "year": 2021},
        ),
        (
            {"title": "Atention for Looms of Yarn and Thread"},
            {"title": "Attention for Looms of Yarn and Thread", "authors": ("Ada Poe",), "year": 2021},
        ),
        (
            {"title": "On Looms", "authors": ("Ada Poe",), "year": 2018, "arxiv_id": "1801.00001"},
            {"title": "On Looms", "authors": ("Poe A",), "year": 2020, "doi": "10.1000/abc"},
        ),
        ({"title": "On Looms", "authors": ("Bo Li",)}, {"title": "On Looms", "authors": ("Li Bo",)}),
        ({"title": "On Looms", "authors": ("Anonymous",)}, {"title": "On Looms", "authors": ("Bo Li",)}),
    ],
)
def test_one_paper(one, two):
    assert len(merge_papers([Paper(**{"title": "One", **one}), Paper(**{"title": "Two", **two})])) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"doi": "10.1000/abc"}, {"doi": "10.1000/abd"}),
        ({"arxiv_id": "2106.09685"}, {"arxiv_id": "2106.09686"}),
        ({"title": "On Looms"}, {"title": "On Yarn"}),
        ({"title": "???"}, {"title": "!!!"}),
        ({"title": "Editorial", "doi": "10.1000/1"}, {"title": "Editorial", "doi": "10.1000/2"}),
        (
            {"title": "Introduction", "arxiv_id": "2106.09685"},
            {"title": "Introduction", "arxiv_id": "2106.09686"},
        ),
        ({"title": "Editorial", "ids": ("pubmed:1",)}, {"title": "Editorial", "ids": ("pubmed:2",)}),
        ({"title": "On Looms", "authors": ("Ada Poe",)}, {"title": "On Looms", "authors": ("Bo Li",)}),
        ({"title": "On Looms", "authors": ("Ada Poe",)}, {"title": "On Looms", "authors": ("Bo Poe",)}),
        ({"title": "Workshops", "year": 2007}, {"title": "Workshops", "year": 2011}),
    ],
)
def test_two_papers(one, two):
    assert len(merge_papers([Paper(**{"title": "One", **one}), Paper(**{"title": "Two", **two})])) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Weaving with Looms, Part I", "Weaving with Looms, Part II"),
        ("Weaving with Looms, Part A", "Weaving with Looms, Part B"),
        ("The 2018 Weaving Challenge of Looms", "The 2019 Weaving Challenge of Looms"),
        ("Weaving Challenge 2019", "Weaving Challenge 2020"),
        ("LoomNet 1.1 for Weaving", "LoomNet 11 for Weaving"),
        ("LoomNet2: Weaving Better Yarn", "LoomNet3: Weaving Better Yarn"),
        ("On Looms", "Erratum: On Looms"),
        ("On Looms", "Corrigendum to “On Looms”"),
        ("On Looms", "Correction to: On Looms"),
        ("On Looms", "On Looms (Retraction)"),
        ("On Looms", "Reply to: On Looms"),
        ("Comment on “On Looms”", "Reply to Comment on “On Looms”"),
        ("Symmetric Looms of Thread", "Asymmetric Looms of Thread"),
        ("Supervised Learning of Looms", "Unsupervised Learning of Looms"),
        ("Weaving Yarn with One Loom", "Weaving Yarn with Two Looms"),
        ("Learning to Rank with Looms", "Learning to Bank with Looms"),
        ("On L1 Looms of Thread", "On L2 Looms of Thread"),
        ("Looms", "Loom"),
    ],
)
def test_titles_that_only_look_alike_are_two_papers(one, other):
    same = {"authors": ("Ada Poe",), "year": 2020}
    assert len(merge_papers([Paper(title=one, **same), Paper(title=other, **same)])) == 2


def test_papers_with_equal_titles_have_distinct_ids():
    authors = ("Ada Poe", "Bo Li", "Cy Fox")
    papers = merge_papers(Paper(title="On Looms", authors=(author,)) for author in authors)
    assert [paper.authors[0] for paper in papers] == list(authors)
    assert len({paper.id for paper in papers}) == 3
    assert merge_papers(papers) == papers


def test_every_identifier_of_every_record_is_kept():
    records = [
        Paper(title="On Looms", id="a:1", doi="10.1000/1", arxiv_id="2106.09685"),
        Paper(title="Looms", id="b:7", doi="10.1000/2", arxiv_id="2106.09685v2", ids=("s2:9",)),
    ]
    paper = merged(*records)
    assert (paper.id, paper.doi, paper.arxiv_id) == ("a:1", "10.1000/1", "2106.09685")
    assert set(paper.ids) == {"b:7", "s2:9", "doi:10.1000/2"}
    for later in ({"id": "b:7"}, {"id": "s2:9"}, {"doi": "10.1000/2"}):
        assert merged(paper, Paper(title="Else", **later)).ids == paper.ids


def test_a_further_id_is_used_without_doi_and_arxiv_id():
    assert merged(Paper(title="On Looms"), Paper(title="On Looms", ids=("openalex:W1",))).id == "openalex:W1"


def test_ids_of_authors_stay_with_their_names():
    by_s2 = Paper(title="On Looms", authors=("Ada Poe", "B. Li"), author_ids=("s2:1", "s2:2"))
    by_orcid = Paper(title="On Looms", authors=("Poe, Ada", "Bo Wen Li"), author_ids=("", "orcid:0-0"))
    paper = merged(by_s2, by_orcid)
    assert paper.authors == ("Poe, Ada", "Bo Wen Li")
    assert paper.author_ids == ("s2:1", "orcid:0-0")


def test_a_record_may_link_two_others():
    by_doi = Paper(title="Looms", doi="10.1000/abc", abstract="By DOI.")
    by_arxiv = Paper(title="Of Looms", arxiv_id="2106.09685", sources=("b",))
    both = Paper(title="On Looms", doi="10.1000/abc", arxiv_id="2106.09685", sources=("c",))
    assert merged(by_doi, by_arxiv, both).sources == ("b", "c")


def test_a_title_does_not_link_two_dois():
    papers = [Paper(title="Editorial", doi=f"10.1000/{n}", sources=(str(n),)) for n in (1, 2)]
    first, second = merge_papers([*papers, Paper(title="Editorial", abstract="We begin.")])
    assert (first.abstract, second.abstract) == ("We begin.", "")


def test_a_shared_identifier_takes_precedence_over_a_title():
    papers = [
        Paper(title="Editorial", doi="10.1000/1"),
        Paper(title="Preface", doi="10.1000/2", arxiv_id="2106.09685"),
        Paper(title="Editorial", arxiv_id="2106.09685", abstract="We begin."),
    ]
    assert [paper.abstract for paper in merge_papers(papers)] == ["", "We begin."]


def test_the_richer_value_wins_field_by_field():
    page = Paper(
        title="On Looms",
        abstract="We look at looms. They weave.",
        date="--06-10",
        author_count=5,
        organization="Loom Works",
        references=("p2", "p3"),
        sources=("page.txt",),
    )
    record = Paper(
        id="looms:1",
        title="On Looms: A Survey",
        abstract="We look.",
        date="2025-06",
        year=2025,
        authors=("Ada Poe", "Bo Li"),
        venue="Looms",
        url="https://example.org",
        doi="10.1000/abc",
        references=("p3", "p4"),
        sources=("records.jsonl", "page.txt"),
    )
    assert merged(page, Paper(title="On Looms", doi="10.1000/abc"), record) == Paper(
        id="looms:1",
        title="On Looms: A Survey",
        abstract="We look at looms. They weave.",
        date="2025-06",
        year=2025,
        authors=("Ada Poe", "Bo Li"),
        author_count=5,
        organization="Loom Works",
        venue="Looms",
        url="https://example.org",
        doi="10.1000/abc",
        references=("p2", "p3", "p4"),
        sources=("page.txt", "records.jsonl"),
    )


@pytest.mark.parametrize(
    ("one", "two", "kept"),
    [
        ("2025-06-10", "2025-06", "2025-06-10"),
        ("2025", "2025-06", "2025-06"),
        ("--06-10", "2025", "2025"),
        ("--06-10", "2025-06-10", "2025-06-10"),
        (None, "--06-10", "--06-10"),
        ("2024-01-01", "2025-06-10", "2024-01-01"),
    ],
)
def test_the_fuller_date_wins(one, two, kept):
    paper = merged(Paper(title="On Looms", date=one), Paper(title="On Looms", date=two))
    assert paper.date == kept
    assert paper.year == (int(kept[:4]) if kept[:4].isdigit() else None)


def test_a_journal_is_preferred_to_a_preprint_server():
    venues = [Paper(title="On Looms", venue=venue) for venue in ("arXiv", "Looms", "CoRR")]
    assert merged(*venues).venue == "Looms"


@pytest.mark.parametrize(
    ("papers", "identifier"),
    [
        ([{}, {"id": "a:1"}, {"id": "b:1"}], "a:1"),
        ([{"doi": "10.1000/abc"}, {"id": "a:1"}], "a:1"),
        ([{"arxiv_id": "2106.09685"}, {"doi": "10.1000/abc"}], "doi:10.1000/abc"),
        ([{}, {"arxiv_id": "2106.09685v2"}, {}], "arxiv:2106.09685"),
        ([{}, {}], title_id("On Looms")),
    ],
)
def test_the_id_is_the_first_explicit_one_or_the_best_that_can_be_made(papers, identifier):
    assert merged(*(Paper(title="On Looms", **fields) for fields in papers)).id == identifier


def test_papers_stay_in_the_order_of_their_first_record():
    titles = ["C", "A", "B", "A", "C", "D"]
    assert [p.title for p in merge_papers(Paper(title=title) for title in titles)] == ["C", "A", "B", "D"]


def test_a_paper_alone_stays_as_it_is():
    paper = Paper(title="On  Looms", doi="https://doi.org/10.1000/ABC", arxiv_id="2106.09685v2", id="x")
    assert merge_papers([paper]) == [paper]


def test_no_papers_give_no_papers():
    assert merge_papers([]) == []


def texts(*values):
    return st.sampled_from(("", *values))


PAPERS = st.builds(
    Paper,
    title=st.sampled_from(
        [
            *(
                "On Looms",
                "on looms.",
                "On Looms: A Survey",
                "On Lomos: A Survey",
                "Yarn",
                "Editorial",
                "???",
            ),
            *("Weaving Yarn: A Survey", "Weavin Yarn: A Survey", "Weavin Yarm: A Survey"),
        ]
    ),
    abstract=texts("We look.", "We look at looms."),
    ids=st.lists(st.sampled_from(["a:2", "s2:1", "s2:2", "openalex:W1", "doi:10.1000/2"])).map(tuple),
    id=texts("a:1", "a:2", "s2:1", "doi:10.1000/1", "arxiv:2106.00001", title_id("Yarn")),
    date=st.sampled_from([None, "2025-06-10", "2025-06", "2024", "--06-10"]),
    year=st.sampled_from([None, None, 2024]),
    authors=st.sampled_from([(), ("Ada Poe",), ("A. Poe", "B. Li"), ("Ada Poe", "Bo Li")]),
    author_count=st.sampled_from([None, 1, 7]),
    venue=texts("arXiv", "Looms"),
    url=texts("https://example.org", "https://arxiv.org/abs/2106.00002"),
    doi=texts("10.1000/1", "10.1000/2", "https://doi.org/10.1000/1", "10.48550/arXiv.2106.00001"),
    arxiv_id=texts("2106.00001", "2106.00001v2", "2106.00002"),
    references=st.lists(st.sampled_from(["p1", "p2"]), unique=True).map(tuple),
    sources=st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(tuple),
)
BATCHES = st.lists(PAPERS, max_size=7)


@examples(50)
@given(BATCHES, BATCHES)
def test_merging_in_batches_is_the_same_as_at_once(first, second):
    assert merge_papers([*merge_papers(first), *second]) == merge_papers([*first, *second])


@examples(50)
@given(BATCHES)
def test_merged_papers_merge_no_further(papers):
    result = merge_papers(papers)
    assert merge_papers(result) == result
    assert len({paper.id for paper in result}) == len(result)
    assert {s for p in result for s in p.sources} == {s for p in papers for s in p.sources}
    assert {r for p in result for r in p.references} == {r for p in papers for r in p.references}
    assert {i for p in result for i in identifiers(p)} == {i for p in papers for i in identifiers(p)}
