"""Fields that hold what they must not: one error that says where, or a paper; never anything else."""

import copy
import io
import json
import re
from pathlib import Path

import pytest

from litloom.errors import InputError
from litloom.readers import Options, Stream, known_formats
from litloom.readers.registry import detect_format
from litloom.records import Paper
from tests.campaign.scale import FULL
from tests.readers.papers import assert_is_well_formed
from tests.readers.test_formats import DATA, FORMAT_OF

SHARE = 5
WRONG = [
    None,
    True,
    0,
    -1,
    3.5,
    float("nan"),
    float("inf"),
    2**70,
    10**4000,
    "",
    "x",
    "\x1b[31m",
    "9" * 5000,
    [],
    [None],
    [[]],
    [{}],
    [1],
    ["x"],
    [["x"]],
    [["x", 1]],
    {},
    {"x": None},
    {"": []},
    {"x": {"y": [1]}},
    {"name": 1},
    {"date-parts": 1},
    {"date-parts": [["x"]]},
    {"date-parts": [[2**70, -1, None]]},
]


def some(values, number):
    """All of some values in a full campaign, else a share of them, another one for each number."""
    return values if FULL else values[number % SHARE :: SHARE]


def places(value, path=()):
    """Every place in a JSON value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(value, path, new):
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


def outcome(known, content):
    """The papers of a file, or the error, as both ways of reading give them."""
    skipped = []
    for options in (Options(), Options(skip_bad=True, on_skip=skipped.append)):
        error, papers = None, []
        try:
            stream = Stream(io.BytesIO(content), "x", options)
            papers = list(known_formats()[known].read(stream, options))
            detect_format(stream.head, "x", else_table=True)
        except InputError as refusal:
            error = refusal
        for message in map(str, filter(None, (error, *skipped))):
            assert "\n" not in message
            assert len(message) < 500, message[:200]
        for paper in papers:
            assert isinstance(paper, Paper)
            assert_is_well_formed(paper)
    return papers, skipped


def records_of(file):
    text = (DATA / file).read_text(encoding="utf-8")
    if file.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines() if line.strip()], None
    whole = json.loads(text)
    return (whole, "list") if isinstance(whole, list) else ([whole], None)


OWN = {
    "id": "p1",
    "title": "On Looms",
    "abstract": "We look.",
    "year": 2024,
    "date": "2024-06-10",
    "authors": [{"name": "Ada Poe", "id": "s2:7", "orcid": "0000-0002-1825-009X"}],
    "author_ids": [""],
    "venue": "Looms",
    "url": "https://example.org",
    "doi": "10.1000/1",
    "arxiv_id": "2106.09685",
    "ids": ["openalex:W1"],
    "references": [{"doi": "10.1000/2", "title": "On Yarn"}],
}
JSON_FILES = sorted(file for file in FORMAT_OF if file.endswith((".json", ".jsonl")))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("file", ["own.jsonl", *JSON_FILES])
def test_a_json_field_of_any_wrong_type_gives_papers_or_one_error(file):
    known = FORMAT_OF.get(file, "jsonl")
    records, wrapping = ([OWN], None) if file == "own.jsonl" else records_of(file)
    for record in records[:2]:
        whole = [record] if wrapping else record
        found = [*places(whole)][:400]
        for number, path in enumerate(found):
            lines = [json.dumps(replaced(whole, path, new)) for new in some(WRONG, number)]
            if wrapping or not file.endswith(".jsonl"):
                for line in lines:
                    outcome(known, line.encode())
            else:
                good = json.dumps(OWN if known == "jsonl" else record)
                papers, skipped = outcome(known, "\n".join([*lines, good]).encode())
                assert len(papers) + len(skipped) == len(lines) + 1
                assert papers


@pytest.mark.parametrize("file", ["own.jsonl", *JSON_FILES])
@pytest.mark.parametrize(
    "name", ["type", "title", "author", "authors", "id", "DOI", "issued", "message", "data"]
)
def test_a_first_record_of_any_type_is_of_some_format_or_none(file, name):
    record = OWN if file == "own.jsonl" else records_of(file)[0][0]
    for new in WRONG:
        for content in ({**record, name: new}, {name: new}, [{name: new}], {name: {name: new}}):
            message = ""
            text = json.dumps(content)
            try:
                known = detect_format(text, "x")
                stream = Stream(io.BytesIO(text.encode()), "x")
                for paper in known.read(stream, Options()):
                    assert_is_well_formed(paper)
            except InputError as error:
                message = str(error)
            assert "\n" not in message


XML_FILES = sorted(file for file in FORMAT_OF if file.endswith(".xml"))
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)([^<>]*?)(/?)>")


def corrupted(text):
    """The text with one tag at a time dropped, emptied, doubled, renamed, or with its prefix undeclared."""
    for tag in _TAG.finditer(text):
        before, after = text[: tag.start()], text[tag.end() :]
        closing = f"</{tag[2]}>"
        yield before + after
        yield f"{before}<foo:{tag[2]}{tag[3]}{tag[4]}>{after}" if not tag[1] else before + "</foo:x>" + after
        yield f"{before}<{tag[1]}{tag[2]} a:b='c' xmlns:q='' {tag[4]}>{after}"
        if tag[1] or tag[4] or closing not in after:
            continue
        inner, _, rest = after.partition(closing)
        whole = f"{tag[0]}{inner}{closing}"
        yield before + rest
        yield f"{before}{tag[0]}{closing}{rest}"
        yield f"{before}{whole}{whole}{rest}"
        yield f"{before}{tag[0]}<x/>&#x202e;\x7f{closing}{rest}"
        yield f"{before}<foo:{tag[2]}{tag[3]}>{inner}</foo:{tag[2]}>{rest}"
        yield f"{before}<{tag[2]} xmlns='urn:x'>{inner}{closing}{rest}"
        yield f"{before}<{tag[2]} id='{'9' * 5000}'>{'9' * 5000}{closing}{rest}"
        yield f"{before}<{tag[2]}><![CDATA[<!--{inner}]]>{closing}{rest}"
        yield f"{before}{tag[0]}<?x y?><!-- z -->&nowhere;{closing}{rest}"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("prolog", ["", '<!DOCTYPE x SYSTEM "nowhere.dtd">\n'])
@pytest.mark.parametrize("file", XML_FILES)
def test_any_corrupted_element_gives_papers_or_one_error(file, prolog):
    text = (DATA / file).read_text(encoding="utf-8")
    text = re.sub(r"^<\?xml[^>]*\?>\s*(?:<!DOCTYPE[^>]*>\s*)?", "", text)
    outcome(FORMAT_OF[file], (prolog + text).encode())
    for content in some([*corrupted(text)], len(prolog)):
        outcome(FORMAT_OF[file], (prolog + content).encode())


@pytest.mark.parametrize(
    "text",
    [
        "<feed><foo:entry><title>T</title></foo:entry></feed>",
        "<foo:feed><foo:entry><foo:title>T</foo:title></foo:entry></foo:feed>",
        '<feed xmlns:foo=""><foo:entry><title>T</title></foo:entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><foo:title>T</foo:title></entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><a:b:entry><title>T</title></a:b:entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><:entry><title>T</title></:entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry foo:x="y"><title>T</title></entry></feed>',
        '<feed xmlns="%"><entry><title>T</title></entry></feed>',
        "<ListRecords><record><metadata><foo:dc><title>T</title></foo:dc></metadata></record></ListRecords>",
    ],
)
def test_a_broken_namespace_is_read_or_refused(text):
    papers, skipped = outcome("arxiv-xml", text.encode())
    assert [paper.title for paper in papers] == ["T"] or skipped or not papers


def test_the_module_of_examples_is_there():
    assert Path(DATA).is_dir()
    assert JSON_FILES
    assert XML_FILES
