"""No character that rules a terminal, hides text or reorders it leaves a reader, in any field."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.readers import Format, Options, Stream, known_formats, read_papers, registry
from litloom.readers.base import one_line, tidy
from litloom.readers.characters import clean_paper
from litloom.readers.identifiers import clean_url
from litloom.records import Paper
from tests.campaign.scale import examples
from tests.readers.papers import assert_is_well_formed, is_fit, texts

BAD = [
    *(
        "\0",
        "\x01",
        "\x07",
        "\x08",
        "\x0b",
        "\x0c",
        "\x1b[31m",
        "\x1f",
        "\x7f",
        "\x80",
        "\x85",
        "\x9b31m",
        "\x9f",
    ),
    *(
        "\u2028",
        "\u2029",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200e",
        "\u200f",
        "\u061c",
        "\u200b",
        "\u200c",
    ),
    *("\u200d", "\u2060", "\u2064", "\ufeff", "\xad", "\ufff9", "\ufdd0", "\ufffe", "\uffff", "\U0001ffff"),
    *("\U000e0041", "\U000e007f", "\t", "\n", "\r"),
]


def read(known, content, **options):
    options = Options(skip_bad=True, **options)
    stream = Stream(io.BytesIO(content), "x", options)
    return list(known_formats()[known].read(stream, options))


def of_each_format(s):
    """A good file of each format, with a text in every field; XML holds what it can hold."""
    j = json.dumps
    x = "".join(f"&#{ord(c)};" if c >= " " and ord(c) & 0xFFFE != 0xFFFE else "" for c in s)
    t = s.replace("\n", " ").replace("\r", " ").replace("\0", " ")
    q = s.replace("\0", " ").replace('"', "")
    yield (
        "jsonl",
        j(
            {
                **dict.fromkeys(("title", "abstract", "id", "venue"), f"a{s}b"),
                "url": f"https://x.org/{s}b",
                "authors": [{"name": f"A{s}b", "id": f"s2:{s}b"}, f"B{s}"],
                "ids": [f"openalex:W{s}1", f"x:{s}"],
                "references": [f"doi:10.1/{s}a", {"title": f"On{s} Yarn"}],
            }
        ),
    )
    yield "jsonl", j({"title": "a", "doi": f"10.1000/a{s}b", "url": f"javascript:{s}alert(1)"})
    yield (
        "csl-json",
        j(
            [
                {
                    **dict.fromkeys(("title", "abstract", "container-title", "note", "PMID"), f"a{s}b"),
                    "author": [{"family": f"P{s}oe", "given": f"A{s}", "ORCID": s}],
                    "DOI": f"10.1000/a{s}b",
                    "URL": f"https://x.org/{s}b",
                    "issued": {"raw": f"2020{s}"},
                }
            ]
        ),
    )
    yield (
        "crossref",
        j(
            {
                **{name: [f"a{s}b"] for name in ("title", "container-title")},
                "abstract": f"a{s}b",
                "author": [{"family": f"P{s}oe", "name": s}],
                "DOI": f"10.1000/a{s}b",
                "URL": f"https://x.org/{s}b",
                "reference": [{"DOI": f"10.1/{s}a"}, {"unstructured": f"On{s} “A title of {s} looms”"}],
            }
        ),
    )
    yield (
        "openalex",
        j(
            {
                "id": f"https://openalex.org/W1{s}",
                "title": f"a{s}b",
                "abstract_inverted_index": {f"a{s}b": [0], s: [1]},
                "doi": f"https://doi.org/10.1000/a{s}b",
                "primary_location": {
                    "landing_page_url": f"https://x.org/{s}b",
                    "source": {"display_name": f"V{s}"},
                },
                "authorships": [{"author": {"id": f"https://openalex.org/A{s}1", "display_name": f"A{s}"}}],
                "referenced_works": [f"https://openalex.org/W{s}2", f"x{s}"],
            }
        ),
    )
    yield (
        "semantic-scholar",
        j(
            {
                **dict.fromkeys(("paperId", "title", "abstract", "venue"), f"a{s}b"),
                "url": f"https://x.org/{s}b",
                "externalIds": {"DOI": f"10.1/{s}a", "ACL": f"P19{s}", "PubMed": f"1{s}2"},
                "authors": [{"authorId": "7", "name": f"A{s}b"}],
                "references": [{"title": f"On{s} Yarn"}, {"paperId": f"a{s}"}],
            }
        ),
    )
    yield (
        "arxiv-snapshot",
        j(
            {
                **dict.fromkeys(("title", "abstract", "journal-ref", "authors"), f"a{s}b"),
                "id": "2106.09685",
                "doi": f"10.1000/a{s}b",
            }
        ),
    )
    yield (
        "bibtex",
        (
            f"@misc{{k{t}, title={{a{t}b}}, abstract={{a{t}b}}, author={{A{t}b and B}}, journal={{a{t}b}},\n"
            f" url={{https://x.org/{t}b}}, doi={{10.1000/a{t}b}}, pmid={{1{t}2}}, year={{20{t}20}}}}\n"
        ),
    )
    yield (
        "ris",
        (
            f"TY  - JOUR\nTI  - a{t}b\nAB  - a{t}b\nAU  - A{t}b\nT2  - a{t}b\nUR  - https://x.org/{t}b\n"
            f"DO  - 10.1000/a{t}b\nN1  - pmid:1{t}2\nPY  - 2020{t}\nER  - \n"
        ),
    )
    yield (
        "web-of-science",
        (
            f"PT J\nTI a{t}b\nAB a{t}b\nAF A{t}b\nSO a{t}b\nDI 10.1000/a{t}b\nPM 1{t}2\nUT WOS:{t}1\n"
            f"CR Poe, DOI 10.1/a{t}b\nOI A{t}b/0000-0002-1825-0097\nPY 2020\nER\n\n"
        ),
    )
    yield (
        "table",
        (
            "title,abstract,authors,venue,url,doi,id,pmid,references,date,author ids\n"
            f'"a{q}b","a{q}b","A{q}b; B","a{q}b","https://x.org/{q}b","10.1000/a{q}b",'
            f'"x{q}","1{q}","doi:10.1/{q}a; On{q}","2020{q}","A{q};B"\n'
        ),
    )
    yield (
        "daily-papers",
        (
            f"Daily Papers\nSubscribe\nOn the {t} Looms\n\nWe look at {t} looms and they weave.\n\n"
            f"The {t} Weavers\n·\nJun 10, 2025\n"
        ),
    )
    yield (
        "arxiv-xml",
        (
            f"<feed><entry><id>http://arxiv.org/abs/2001.00001{x}</id><title>a{x}b</title><summary>a{x}b</summary>"
            f"<author><name>A{x}b</name></author><doi>10.1000/a{x}b</doi><journal_ref>a{x}b</journal_ref></entry></feed>"
        ),
    )
    yield (
        "pubmed",
        (
            f"<PubmedArticle><MedlineCitation><PMID>1{x}2</PMID><Article><ArticleTitle>a{x}b</ArticleTitle>"
            f"<Journal><Title>a{x}b</Title></Journal>"
            f"<Abstract><AbstractText Label='L{x}'>a{x}b</AbstractText></Abstract>"
            f"<AuthorList><Author><LastName>P{x}oe</LastName></Author></AuthorList></Article></MedlineCitation>"
            f"<PubmedData><ReferenceList><Reference><Citation>On{x}</Citation></Reference>"
            "</ReferenceList></PubmedData></PubmedArticle>"
        ),
    )
    yield (
        "acl-anthology",
        (
            f"<collection id='2020{x}acl'><volume id='ma{x}in'><meta><booktitle>a{x}b</booktitle></meta>"
            f"<paper id='1{x}'><title>a{x}b</title><author orcid='1{x}'><first>A{x}b</first></author>"
            f"<abstract>a{x}b</abstract><doi>10.1000/a{x}b</doi></paper></volume></collection>"
        ),
    )


def test_every_format_is_here():
    assert {known for known, _ in of_each_format("")} == set(known_formats())


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_unwanted_characters_are_removed(bad):
    for known, content in of_each_format(bad):
        for paper in read(known, content.encode("utf-8", "surrogatepass")):
            assert_is_well_formed(paper)


def test_good_files_of_each_format_give_their_paper():
    for known, content in of_each_format(""):
        (paper,) = read(known, content.encode())
        assert paper.title


@examples(20)
@given(
    st.text(st.one_of(st.characters(), st.sampled_from("".join(BAD) + '\ud800\udfff<&;{}$\\"')), max_size=6)
)
def test_unwanted_characters_in_any_text_are_removed(text):
    for known, content in of_each_format(text):
        try:
            papers = read(known, content.encode("utf-8", "surrogatepass"))
        except InputError:
            continue
        for paper in papers:
            assert_is_well_formed(paper)


def test_a_plug_in_is_checked_as_well(monkeypatch):
    bad = Paper(
        title="On\x1b[31m Looms", url="data:text/html,x", venue="\u202ea", author_count=10**30, year=10**30
    )
    plugged = Format(name="looms", suffixes=(".loom",), sniff=lambda head: 0.0, read=lambda s, o: iter([bad]))

    class Point:
        name, value = "looms", "loom_tools:FORMAT"

        def load(self):
            return plugged

    (paper,) = registry._load(Point()).read(None, Options())
    assert_is_well_formed(paper)
    assert (paper.title, paper.venue, paper.url, paper.year) == ("On [31m Looms", "a", "", None)


def test_a_file_name_is_kept_without_terminal_escapes(tmp_path):
    file = tmp_path / "my  papers\x1b[31m\u202e.jsonl"
    file.write_text('{"title": "T"}\n', encoding="utf-8")
    (paper,) = read_papers(file)
    assert paper.sources == (str(tmp_path / "my  papers [31m.jsonl"),)
    odd = Path(str(tmp_path / "od\udcffd.jsonl"))
    odd.write_text('{"title": "T"}\n', encoding="utf-8")
    (paper,) = read_papers(odd)
    assert paper.sources == (str(tmp_path / "od\ufffdd.jsonl"),)


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "नमस्\u200dते",
        "👩\u200d🔬 and 👩🏽\u200d🔬",
        "ภาษา\u200bไทย",
        "Łódź, 東京, \u05d0\u05d1, Zürich",
        "H₂O ∑ → π",
        "a\ue000b",
    ],
)
def test_joiners_that_a_script_needs_are_kept(text):
    assert one_line(text) == tidy(text) == text
    assert clean_paper(Paper(title=text, venue=text)).venue == text


@pytest.mark.parametrize(
    ("text", "left"),
    [("a\u200db", "ab"), ("a\u200b b", "a b"), ("a\u200c", "a"), ("soft\xadly", "softly"), ("\ufeffa", "a")],
)
def test_other_joiners_are_removed(text, left):
    assert one_line(text) == tidy(text) == left


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("".join(BAD)))))
def test_lines_and_paragraphs_are_clean(text):
    assert is_fit("title", one_line(text))
    assert is_fit("abstract", tidy(text))
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("given_url", "kept"),
    [
        ("https://aclanthology.org/P19-1001/", True),
        ("HTTP://example.org/a?b=c#d", True),
        ("ftp://ftp.ncbi.nlm.nih.gov/x", True),
        ("doi:10.1145/3292500", True),
        ("10.1145/3292500", True),
        ("arXiv:2106.09685", True),
        ("www.example.org/a", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)//https://example.org", False),
        (" \tjava\nscript:alert(1)", False),
        ("data:text/html;base64,PHNjcmlwdD4=", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//evil.example/x", False),
        ("mailto:a@b.org", False),
        ('"><script>', False),
        ("n/a", False),
        ("", False),
    ],
)
def test_a_url_is_safe_or_dropped(given_url, kept):
    (paper,) = read("jsonl", json.dumps({"title": "T", "url": given_url}).encode())
    assert paper.url == (given_url if kept else "")
    assert clean_url(clean_url(given_url)) == clean_url(given_url)


def test_a_url_ends_at_a_space_or_control_character():
    assert clean_paper(Paper(title="T", url="https://x.org/a\x1b[31mb")).url == "https://x.org/a"
    assert clean_paper(Paper(title="T", url="https://x.org/a https://x.org/b")).url == "https://x.org/a"


def test_texts_are_all_texts():
    paper = Paper(title="a", authors=("b",), date="2020", sources=("c",))
    assert {name for name, _ in texts(paper)} >= {"title", "authors", "date", "sources", "id", "url"}
