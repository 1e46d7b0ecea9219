"""Reading JSON Lines: what is taken from a line, and what is wrong with one."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.readers import parse_papers, read_papers
from litloom.records import Paper, title_id
from tests.campaign.scale import examples


def parse_jsonl(text, source="<text>"):
    return parse_papers(text, format="jsonl", source=source)


def one(**fields):
    (paper,) = parse_jsonl(json.dumps({"title": "On Looms", **fields}))
    return paper


def test_all_fields_are_read():
    paper = one(
        id="p1",
        abstract="We look at looms.\nThey weave. ",
        year=2024,
        date="2024-03-01",
        authors=["Ada Poe", "Bo Li"],
        venue="Looms",
        url="https://example.org/p1",
        doi="https://doi.org/10.1000/ABC",
        arxiv_id="arXiv:2106.09685v2",
        references=["p2", "doi:10.1000/DEF"],
        mentions=[["looms", "Task"]],
    )
    assert paper == Paper(
        id="p1",
        title="On Looms",
        abstract="We look at looms.\nThey weave.",
        year=2024,
        date="2024-03-01",
        authors=("Ada Poe", "Bo Li"),
        author_count=2,
        venue="Looms",
        url="https://example.org/p1",
        doi="10.1000/abc",
        arxiv_id="2106.09685",
        references=("p2", "doi:10.1000/def"),
        sources=("<text>",),
    )


def test_a_title_is_enough():
    assert one() == Paper(id=title_id("On Looms"), title="On Looms", sources=("<text>",))


def test_null_and_empty_count_as_missing():
    names = ("id", "abstract", "year", "date", "authors", "venue", "url", "doi", "arxiv_id", "references")
    names += ("author_ids", "ids")
    assert one(**dict.fromkeys(names)) == one()
    assert one(abstract="", doi=" ", authors=[], references=[], date="") == one()


def test_a_title_becomes_one_line():
    assert one(title=" On\nLooms\u0000\tand\u2028Yarn ").title == "On Looms and Yarn"


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Ada Poe; Bo Li", ("Ada Poe", "Bo Li")),
        ("Poe, Ada; Li, Bo", ("Poe, Ada", "Li, Bo")),
        ("Ada Poe and Bo Li", ("Ada Poe", "Bo Li")),
        ("Alexandra Band", ("Alexandra Band",)),
        ([{"name": "Ada Poe", "id": 3}, "Bo Li", None, ""], ("Ada Poe", "Bo Li")),
    ],
)
def test_author_forms(authors, names):
    assert one(authors=authors).authors == names


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"authors": [{"name": "Ada Poe", "id": "s2:7"}, "Bo Li"]}, ("s2:7", "")),
        (
            {"authors": ["Ada Poe", {"name": "Bo Li", "orcid": "https://orcid.org/0000-0001-2345-678x"}]},
            ("", "orcid:0000-0001-2345-678X"),
        ),
        ({"authors": ["Ada Poe", "", "Bo Li"], "author_ids": ["", "s2:1", "s2:2"]}, ("", "s2:2")),
        ({"authors": [{"name": "Ada Poe", "id": "7"}, {"name": "Bo Li", "orcid": "none"}]}, ()),
        ({"authors": ["Ada Poe", "Bo Li"], "author_ids": ["", None]}, ()),
    ],
)
def test_author_ids_are_aligned_with_names(fields, ids):
    paper = one(**fields)
    assert (paper.authors, paper.author_ids) == (("Ada Poe", "Bo Li"), ids)


def test_further_ids_are_kept_with_their_scheme():
    assert one(ids=["openalex:W7", " https://doi.org/10.1000/ABC", "", "openalex:W7"]).ids == (
        "openalex:W7",
        "doi:10.1000/abc",
    )


@pytest.mark.parametrize(
    ("fields", "identifier"),
    [
        ({"doi": "10.1000/ABC"}, "doi:10.1000/abc"),
        ({"doi": "10.48550/arXiv.2106.09685"}, "arxiv:2106.09685"),
        ({"arxiv_id": "2106.09685v3"}, "arxiv:2106.09685"),
        ({"url": "https://arxiv.org/abs/2106.09685v1"}, "arxiv:2106.09685"),
        ({"url": "https://doi.org/10.1000/abc"}, "doi:10.1000/abc"),
        ({"id": 138}, "138"),
        ({}, title_id("On Looms")),
    ],
)
def test_the_id_of_a_record(fields, identifier):
    assert one(**fields).id == identifier


@pytest.mark.parametrize(
    ("reference", "taken"),
    [
        ("https://arxiv.org/abs/1706.03762v7", "arxiv:1706.03762"),
        ({"doi": "10.1000/ABC", "title": "T"}, "doi:10.1000/abc"),
        ({"doi": None, "arxiv_id": "1706.03762v1"}, "arxiv:1706.03762"),
        ({"id": "p7", "title": "T"}, "p7"),
        ({"title": "On\nYarn"}, "On Yarn"),
    ],
)
def test_reference_forms(reference, taken):
    assert one(references=[reference, None]).references == (taken,)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("2025-06-10T08:00:00Z", "2025-06-10"),
        ("2025-06", "2025-06"),
        ("2025", "2025"),
        ("--06-10", "--06-10"),
    ],
)
def test_dates_are_iso_8601(given, taken):
    assert one(date=given).date == taken


WRONG = {
    '{"title": 5}': "'title' must be a string, not a number",
    '{"abstract": "A."}': "has no title",
    '{"title": null}': "has no title",
    '{"title": " \\n "}': "has no title",
    '{"title": "A", "abstract": ["x"]}': "'abstract' must be a string, not a list",
    '{"title": "A", "id": true}': "'id' must be a string, not true or false",
    '{"title": "A", "id": 1.5}': "'id' must be a string",
    '{"title": "A", "year": "2024"}': "'year' must be a whole number, not a string",
    '{"title": "A", "year": NaN}': "'year' must be a whole number",
    '{"title": "A", "year": 1e999}': "'year' must be a whole number",
    '{"title": "A", "year": 2024.5}': "'year' must be a whole number",
    '{"title": "A", "year": true}': "'year' must be a whole number, not true or false",
    '{"title": "A", "year": 20240}': "'year' must be a whole number from 1 to 9999",
    '{"title": "A", "year": ' + "9" * 5000 + "}": "a number that is too long",
    '{"title": "A", "date": "June 2024"}': "'date' must be like",
    '{"title": "A", "date": "2025-02-30"}': "'date' must be like",
    '{"title": "A", "date": 2024}': "'date' must be a string",
    '{"title": "A", "authors": {"name": "B"}}': "'authors' must be a list, not an object",
    '{"title": "A", "authors": [{"id": 1}]}': "objects with a 'name'",
    '{"title": "A", "authors": [1]}': "'authors' must be names",
    '{"title": "A", "doi": "none"}': "'doi' is not valid: 'none'",
    '{"title": "A", "arxiv_id": "x"}': "'arxiv_id' is not valid: 'x'",
    '{"title": "A", "authors": ["B"], "author_ids": ["s2:1", ""]}': "as many as 'authors': 1, not 2",
    '{"title": "A", "ids": "s2:1"}': "'ids' must be a list, not a string",
    '{"title": "A", "ids": [1]}': "'ids' must be strings, not a number",
    '{"title": "A", "references": "p1"}': "'references' must be a list, not a string",
    '{"title": "A", "references": [{}]}': "'references' must be strings, or objects",
    '{"title": "A", "title": "B"}': "has the field 'title' twice",
    '{"title": "A\\ud800"}': "half of a surrogate pair",
    '{"title": "A", "abstract": "\\udfff"}': "half of a surrogate pair",
    '{"title": "A", "x": ' + "[" * 100_000 + "]" * 100_000 + "}": "nested too deeply",
    '{"title": "A"': "not JSON",
    '{"title": "A"} {"title": "B"}': "not JSON: Extra data",
    "{'title': 'A'}": "not JSON",
    '["A"]': "must be a JSON object, not a list",
    "null": "must be a JSON object, not null",
    "title": "not JSON",
}


@pytest.mark.parametrize(("line", "reason"), WRONG.items(), ids=[line[:40] for line in WRONG])
def test_a_malformed_line_is_reported_with_its_number(line, reason):
    with pytest.raises(InputError) as caught:
        list(parse_jsonl(['{"title": "Good"}', "", line], source="p.jsonl"))
    assert str(caught.value).startswith("p.jsonl:3: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_malformed_lines_are_skipped_with_skip_bad(tmp_path):
    file = tmp_path / "papers.jsonl"
    lines = ['{"title": "One"}', *WRONG, '{"title": "Two"}']
    file.write_text("\n".join(lines), encoding="utf-8")
    skipped = []
    papers = list(read_papers(file, skip_bad=True, on_skip=skipped.append, format="jsonl"))
    assert [p.title for p in papers] == ["One", "Two"]
    assert [error.line for error in skipped] == list(range(2, len(WRONG) + 2))


def test_unknown_fields_of_any_type_are_ignored():
    line = '{"title": "A", "score": NaN, "mentions": [["a", "Task"]], "introduces": [], "x": {"y": [1]}}'
    assert [p.title for p in parse_jsonl(line)] == ["A"]


def test_gzip_and_plain_files_give_the_same_papers(tmp_path):
    text = '\ufeff{"title": "Öl"}\r\n\r\n{"title": "Two"}'
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes(text.encode())
    packed.write_bytes(gzip.compress(text.encode()))
    assert [p.title for p in read_papers(plain)] == [p.title for p in read_papers(packed)] == ["Öl", "Two"]


def test_files_are_read_lazily(tmp_path):
    file = tmp_path / "papers.jsonl"
    file.write_text('{"title": "One"}\n' * 1000 + "broken\n", encoding="utf-8")
    papers = read_papers(file)
    assert [next(papers).title for _ in range(1000)] == ["One"] * 1000
    with pytest.raises(InputError, match=r":1001: not JSON"):
        next(papers)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "id",
    "title",
    "abstract",
    "year",
    "date",
    "authors",
    "venue",
    "url",
    "doi",
    "arxiv_id",
    "references",
)


@examples(40)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON, st.booleans())
def test_any_json_gives_a_paper_or_an_error(value, as_ascii):
    outcome = papers_or_error([json.dumps(value, ensure_ascii=as_ascii)])
    if isinstance(outcome, InputError):
        assert outcome.line == 1
    else:
        assert outcome[0].title
        assert outcome[0].text.encode()


@examples(40)
@given(st.text())
def test_any_text_gives_papers_or_an_error(text):
    outcome = papers_or_error(text)
    assert "\n" not in str(outcome) if isinstance(outcome, InputError) else outcome


def papers_or_error(text):
    try:
        return list(parse_jsonl(text))
    except InputError as error:
        return error
