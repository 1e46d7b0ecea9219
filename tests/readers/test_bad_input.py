"""What may be wrong with a file of any format: one clear error, or the rest of the papers; never a hang."""

import contextlib
import gzip
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.readers import Options, Stream, known_formats, parse_papers, read_papers
from litloom.readers.stream import zstd
from tests.campaign.scale import examples
from tests.readers.test_formats import DATA, FORMAT_OF

KNOWN = sorted(set(FORMAT_OF.values()))

RECORDS = {
    "acl-anthology": (
        '<?xml version="1.0"?>\n<collection id="P19"><volume id="1"><meta/>\n',
        "<paper id='1'><title>{}</title><abstract>{}</abstract></paper>\n",
        "</volume></collection>",
    ),
    "arxiv-snapshot": (
        "",
        '{{"id": "2106.09685", "submitter": "A", "categories": "cs", "authors_parsed": [], "title": "{}", '
        '"abstract": "{}", "update_date": ""}}\n',
        "",
    ),
    "arxiv-xml": (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>arxiv</id>\n',
        "<entry><title>{}</title><summary>{}</summary></entry>\n",
        "</feed>",
    ),
    "bibtex": ("", "@misc{{a,\n title = {{{}}},\n abstract = {{{}}}}}\n", ""),
    "crossref": (
        '{"message": {"items": [\n',
        '{{"DOI": null, "title": ["{}"], "abstract": "{}", "prefix": 1}},\n',
        "null]}}",
    ),
    "csl-json": ("[\n", '{{"type": "book", "issued": {{}}, "title": "{}", "abstract": "{}"}},\n', "null]"),
    "jsonl": ("", '{{"title": "{}", "abstract": "{}"}}\n', ""),
    "openalex": (
        '{"meta": {},\n "results": [\n',
        '{{"id": "https://openalex.org/W", "title": "{}", "abstract_inverted_index": {{"{}": [0]}}}},\n',
        "null]}",
    ),
    "pubmed": (
        "<PubmedArticleSet>\n",
        "<PubmedArticle><MedlineCitation><Article><ArticleTitle>{}</ArticleTitle><Abstract><AbstractText>{}"
        "</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n",
        "</PubmedArticleSet>",
    ),
    "ris": ("", "TY  - JOUR\nTI  - {}\nAB  - {}\nER  - \n", ""),
    "semantic-scholar": (
        '{"data": [\n',
        '{{"paperId": "", "title": "{}", "abstract": "{}"}},\n',
        "null]}",
    ),
    "table": ("title,abstract\n", '"{}","{}"\n', ""),
    "web-of-science": ("", "PT J\nTI {}\nAB {}\nER\n\n", "EF"),
}
XML = ("acl-anthology", "arxiv-xml", "pubmed")
ROOT = {"acl-anthology": "collection", "arxiv-xml": "feed", "pubmed": "PubmedArticleSet"}


def text_of(name, *papers):
    """A file of that format: pairs of title and abstract."""
    begin, record, end = RECORDS[name]
    return begin + "".join(record.format(title, abstract) for title, abstract in papers) + end


def read(file, **options):
    skipped = []
    papers = list(read_papers(file, on_skip=skipped.append, **options))
    return [(paper.title, paper.abstract) for paper in papers], skipped


def refused(file, **options):
    with pytest.raises(InputError) as caught:
        list(read_papers(file, **options))
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.fixture(params=sorted(RECORDS))
def name(request):
    return request.param


@pytest.fixture
def file(tmp_path):
    return tmp_path / "file"


def test_every_format_is_here():
    assert set(RECORDS) | {"daily-papers"} == set(known_formats())


def test_the_samples_are_good(file, name):
    file.write_text(text_of(name, ("One", "We look."), ("Two", "")), encoding="utf-8")
    assert read(file) == ([("One", "We look."), ("Two", "")], [])


def test_a_missing_title_is_reported_with_its_line(file, name):
    file.write_text(text_of(name, ("One", "We look."), ("", "Lost."), ("Three", "")), encoding="utf-8")
    error = refused(file)
    assert "has no title" in error.reason
    assert error.line is not None or error.record is not None
    papers, skipped = read(file, skip_bad=True)
    assert ([title for title, _ in papers], len(skipped)) == (["One", "Three"], 1)


def test_a_byte_order_mark_is_ignored(file, name):
    file.write_text(text_of(name, ("One", "We look.")), encoding="utf-8-sig")
    assert read(file)[0] == [("One", "We look.")]


def test_utf_16_is_refused(file, name):
    file.write_text(text_of(name, ("One", "We look.")), encoding="utf-16")
    assert "UTF-16" in refused(file).reason
    assert "UTF-16" in refused(file, skip_bad=True).reason


def test_latin_1_is_refused_and_other_records_kept(file, name):
    content = text_of(name, ("One", "We look."), ("T\xf6pfer", "W\xf6rter"), ("Three", "")).encode("latin-1")
    file.write_bytes(content)
    error = refused(file)
    assert error.line is not None
    assert "0xf6" in error.reason or "not XML" in error.reason
    papers, skipped = read(file, skip_bad=True)
    kept = ["One"] if name in XML else ["One", "Three"]
    assert ([title for title, _ in papers], len(skipped)) == (kept, 1)


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_the_beginning_of_a_truncated_compressed_file_is_kept(file, name, pack):
    many = text_of(name, *((f"Paper {n}", f"{hash((n, 'x')):x} {hash((n, 'y')):x}") for n in range(9000)))
    packed = pack(many.encode())
    file.write_bytes(packed[: len(packed) * 3 // 4])
    assert "cut short" in refused(file).reason
    papers, skipped = read(file, skip_bad=True)
    assert 0 < len(papers) < 9000
    assert papers[-1][0] == f"Paper {len(papers) - 1}"
    assert any("cut short" in error.reason for error in skipped)


def test_a_truncated_file_is_refused(file, name):
    whole = text_of(name, ("One", "We look."), ("Two", "We look at looms again and again."))
    file.write_text(whole[: whole.index("again")], encoding="utf-8")
    if name == "web-of-science":
        assert "cut short" in refused(file).reason
    refused(file)
    papers, skipped = read(file, skip_bad=True)
    assert ([title for title, _ in papers], len(skipped)) == (["One"], 1)


def test_markup_and_controls_inside_abstracts_become_plain_text(file, name):
    if name == "jsonl":
        pytest.skip("litloom's own format is taken at its word")
    marked = "We \u202elook\u202c at &lt;i&gt;looms&lt;/i&gt; \u05d0\u05d1 for 5 % &amp; $x$ more."
    if name not in XML:
        marked = marked.replace("&lt;", "<").replace("&gt;", ">")
    file.write_text(text_of(name, ("One", marked)), encoding="utf-8")
    assert read(file)[0] == [("One", "We look at looms \u05d0\u05d1 for 5 % & x more.")]


@pytest.mark.slow
@pytest.mark.parametrize("known", ["bibtex", "csl-json", "jsonl", "pubmed", "ris", "table"])
def test_an_endless_line_is_refused_or_skipped(file, known):
    huge = "x" * (50 * 2**20)
    file.write_text(text_of(known, ("One", "We look."), ("Two", huge), ("Three", "")), encoding="utf-8")
    assert "oo long" in refused(file).reason or "longer than 32 MiB" in refused(file).reason
    papers, skipped = read(file, skip_bad=True)
    assert [title for title, _ in papers] == (["One"] if known == "pubmed" else ["One", "Three"])
    assert len(skipped) == 1


@pytest.mark.parametrize("known", XML)
def test_entities_are_never_expanded(file, known):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = text_of(known, ("&b;", "&f;")).removeprefix('<?xml version="1.0"?>\n')
    file.write_text(bomb.replace(" x ", f" {ROOT[known]} ") + body, encoding="utf-8")
    for options in ({}, {"skip_bad": True}):
        assert "entities" in refused(file, **options).reason


@pytest.mark.parametrize("known", sorted(set(RECORDS) - {"table", "ris", "web-of-science"}))
def test_deep_nesting_is_refused(file, known):
    opening, closing = ("<i>", "</i>") if known in XML else ("{", "}") if known == "bibtex" else ("[", "]")
    begin, record, end = RECORDS[known]
    deep = opening * 100_000 + closing * 100_000
    bad = record.format("Two", deep) if known in XML or known == "bibtex" else f'{{"title": {deep}}},\n'
    if begin == "":
        bad = bad.replace("},\n", "}\n") if known != "bibtex" else bad
    good = record.format("One", "We look.")
    file.write_text(begin + good + bad + end, encoding="utf-8")
    refused(file, format=known)
    papers, skipped = read(file, skip_bad=True, format=known)
    assert (papers, len(skipped)) == ([("One", "We look.")], 1)


DUPLICATES = {
    "bibtex": "@misc{a, title = {One}, Title = {Two}}",
    "ris": "TY  - JOUR\nTI  - One\nTI  - Two\nER  - \n",
    "web-of-science": "PT J\nTI One\nTI Two\nER\n",
    "csl-json": '[{"type": "book", "issued": {}, "title": "One", "title": "Two"}]',
    "jsonl": '{"title": "One", "title": "Two"}',
}


@pytest.mark.parametrize("known", DUPLICATES)
def test_a_repeated_field_is_refused(file, known):
    file.write_text(DUPLICATES[known], encoding="utf-8")
    assert "twice" in refused(file, format=known).reason


@pytest.mark.slow
def test_a_long_file_needs_no_more_memory_than_a_short_one(file, name):
    peaks = []
    for count in (10, 600, 3600):  # the first reading imports
        papers = ((f"Paper {n}", "We look. " * 100) for n in range(count))
        file.write_text(text_of(name, *papers), encoding="utf-8")
        tracemalloc.start()
        assert sum(1 for _ in read_papers(file, format=name)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.3 * peaks[1] + 300_000 < file.stat().st_size


def outcome(known, content, skip_bad):
    options = Options(skip_bad=skip_bad)
    try:
        stream = Stream(Readable(content), "x", options)
        return list(known_formats()[known].read(stream, options))
    except InputError as refusal:
        message = str(refusal)
    assert "\n" not in message
    return None


class Readable:
    def __init__(self, content):
        self._content = content

    def read1(self, size, /):
        piece, self._content = self._content[:7], self._content[7:]
        return piece


PIECES = st.sampled_from(
    [
        *(
            b"{",
            b"}",
            b"[",
            b"]",
            b'"',
            b"<",
            b">",
            b"&",
            b"\\",
            b"$",
            b"@",
            b"\n",
            b"\r",
            b"#",
            b",",
            b"null",
        ),
        *(b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"TY  - ", b"ER", b"<title>", b"\\emph{", b"'", b"%"),
        *(b"1e999", b"=", b"-"),
    ]
)


@pytest.mark.parametrize("example", sorted(FORMAT_OF))
@examples(5)
@given(data=st.data(), skip_bad=st.booleans())
def test_a_corrupted_file_gives_papers_or_one_error(example, data, skip_bad):
    content = (DATA / example).read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        end = at + data.draw(st.integers(0, 40))
        content = content[:at] + b"".join(data.draw(st.lists(PIECES, max_size=4))) + content[end:]
    papers = outcome(FORMAT_OF[example], content, skip_bad)
    assert all(paper.title and paper.text.encode() for paper in papers or ())


@pytest.mark.parametrize("known", KNOWN)
@examples(5)
@given(title=st.text(max_size=30), abstract=st.text(max_size=60), skip_bad=st.booleans())
def test_any_text_between_good_records_gives_papers_or_one_error(known, title, abstract, skip_bad):
    content = text_of(known, ("One", "We look."), (title, abstract), ("Three", ""))
    papers = outcome(known, content.encode("utf-8", "surrogatepass"), skip_bad)
    assert all(paper.title and paper.text.encode() for paper in papers or ())


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="unknown format; use --input-format with one of acl-anthology, "):
        list(parse_papers("<html><body><p>We look at looms.</p></body></html>"))


@pytest.mark.slow
def test_the_line_of_a_bad_record_deep_in_a_file_is_exact(file):
    good = [("One", "We look.")] * 70_000
    file.write_text(text_of("arxiv-xml", *good, ("", "Lost.")), encoding="utf-8")
    error = refused(file)
    assert (error.line, error.record) == (70_002, 70_001)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("content", [b"", b"\n", b" \n\xef\xbb\xbf\n \n"], ids=["empty", "line", "blank"])
@pytest.mark.parametrize("known", KNOWN)
def test_a_file_of_nothing_ends(known, content):
    stream = Stream(io.BytesIO(content), "nothing", Options())
    with contextlib.suppress(InputError):
        assert list(known_formats()[known].read(stream, Options())) == []
