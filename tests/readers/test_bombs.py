"""Short files that would become long, and endless ones: they take little memory and give one error."""

import contextlib
import gzip
import io
import json
import subprocess
import sys
from functools import partial

import pytest

from litloom.errors import InputError
from litloom.readers import Options, Stream, known_formats, parse_papers
from litloom.readers.limits import LONGEST_TEXT, MOST_AUTHORS, BadRecordError
from litloom.readers.plain_text import latex_abstract, plain_abstract, plain_title
from litloom.readers.stream import zstd
from litloom.readers.syntax import json_records
from litloom.readers.syntax.bibtex_entries import MOST_HELD
from tests.readers.test_bad_input import RECORDS, text_of

MIB = 2**20
MEMORY = 900 * MIB
"""Address space of a process that reads a bomb; Python with the readers takes some 250 MiB of it."""

SCRIPT = """
import json, resource, sys
from litloom.errors import InputError
from litloom.readers import Options, Stream, known_formats
import lxml.etree, bibtexparser, pylatexenc.latex2text
known, memory = known_formats()[sys.argv[1]], int(sys.argv[2])
bombs = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

class Bytes:
    def __init__(self, begin, piece=" ", times=0, end=""):
        self.pieces, self.held = self.all(begin.encode(), piece.encode(), times, end.encode()), b""
    def all(self, begin, piece, times, end):
        yield begin
        many = max(1, 65536 // len(piece))
        for _ in range(times // many):
            yield piece * many
        yield piece * (times % many)
        yield end
    def read1(self, size):
        while not self.held:
            self.held = next(self.pieces, None)
            if self.held is None:
                self.held = b""
                return b""
        data, self.held = self.held[:size], self.held[size:]
        return data

def read(content, skip_bad):
    skipped, titles, error = [], [], None
    options = Options(skip_bad=skip_bad, on_skip=lambda error: skipped.append(str(error)))
    try:
        for paper in known.read(Stream(Bytes(*content), "bomb", options), options):
            titles.append(paper.title[:80])
    except InputError as refusal:
        error = str(refusal)
    return titles[:100], skipped[:100], error

for name, *content in bombs:
    print(json.dumps([name, read(content, False), read(content, True)]), flush=True)
"""


def read_all(known, bombs):
    """Read bombs (``name, begin, piece, times, end``), both ways, in a process of little memory."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, known, str(MEMORY)],
        input=json.dumps(bombs),
        capture_output=True,
        text=True,
    )
    results = [json.loads(line) for line in ended.stdout.splitlines()]
    last = bombs[min(len(results), len(bombs) - 1)][0]
    assert ended.returncode == 0, f"{last}: {ended.stderr[-2000:]}"
    for name, (_, _, refused), (_, skipped, error) in results:
        for message in filter(None, (refused, error, *skipped)):
            assert message.startswith("bomb"), name
            assert "\n" not in message, name
            assert len(message) < 600, name
    return results


AUTHOR = f"AU  - {'A' * 600}\n"
LINE = f"   {'on ' * 200}\n"
DOUBLING = "".join(f"@string{{a{n}=a{n - 1}#a{n - 1}}}\n" for n in range(1, 40))
BOMBS = {
    "strings that double": ("bibtex", f'@string{{a0="xx"}}\n{DOUBLING}@misc{{k,title=a39}}\n'),
    "strings that double in one line": (
        "bibtex",
        f'@string{{a0="xx"}} {DOUBLING.replace(chr(10), " ")}@misc{{k,title=a39}}\n',
    ),
    "a string that is used too often": (
        "bibtex",
        f"@string{{a={{{'x' * 500_000}}}}}\n@misc{{k,{','.join(f'f{n}=a # a' for n in range(9))},title=a}}\n",
    ),
    "a value of many pieces": ("bibtex", "@misc{k,title=", "a # ", 510_000, "a}\n"),
    "an entry without end": ("bibtex", "@misc{k,title={", "word " * 200 + "\n", 3_000, ""),
    "an entry of blank lines": ("bibtex", "@misc{k,title={", " " * 200 + "\n", 12_000, ""),
    "an entry of many fields": ("bibtex", "@misc{k,title={x},", "a=1,\n", 450_000, "}"),
    "a record without end": ("ris", "TY  - JOUR\nTI  - T\n", AUTHOR, 20_000, ""),
    "a record that goes on": ("ris", "TY  - JOUR\nTI  - T\n", LINE, 20_000, "ER  - \n"),
    "a record of Web of Science": ("web-of-science", "PT J\nTI T\n", LINE, 20_000, "ER\n"),
    "a cell without end": ("table", 'title,abstract\nT,"', "a b " * 250 + "\n", 40_000, ""),
    "a row without end": ("table", "title,abstract\nT,", f'"{"a" * 1000}\n",', 40_000, ""),
    "a row of a million cells": ("table", "title,abstract\nT,", "ab,", 1_000_000, "\n"),
    "a million columns": ("table", "title,abstract,", "ab,", 1_000_000, "\nT,a\n"),
    "a title without end": ("jsonl", '{"title": "', "x y ", 9_000_000, ""),
    "a title without end in a list": ("csl-json", '[{"title": "', "x y ", 9_000_000, ""),
    "many small lists": ("jsonl", '{"title": "T", "x": [', "[],", 2_200_000, "0]}\n"),
    "many small objects": ("csl-json", '[{"title": "T", "x": [', '{"":0},', 2_200_000, "0]}]\n"),
    "deep lists": ("jsonl", '{"title": "T", "x": ', "[", 1_000_000, ""),
    "deep objects": ("openalex", '{"title": "T", "x": ', '{"a":', 1_000_000, ""),
    "deep wrappings": ("crossref", "", '{"message":', 20_000, ""),
    "an abstract that an index repeats": (
        "openalex",
        f'{{"id": "openalex.org/W1", "title": "T", "abstract_inverted_index": {{"{"a" * 99_999}": [0',
        ",99",
        1,
        "".join(f",{n}" for n in range(1, 90_000)) + "]}}\n",
    ),
    "elements without end": ("arxiv-xml", "<feed><entry>", "<a/>", 2_200_000, ""),
    "elements between records": ("pubmed", "<PubmedArticleSet>", "<a/>", 2_200_000, ""),
    "an attribute without end": ("acl-anthology", "<collection a='", "a b ", 9_000_000, ""),
    "a comment without end": ("arxiv-xml", "<feed><!--", "a b ", 9_000_000, ""),
    "a text without end": ("arxiv-xml", "<feed><entry><title>", "a b ", 9_000_000, ""),
    "deep elements": ("pubmed", "<PubmedArticleSet><PubmedArticle>", "<a>", 1_000_000, ""),
    "laughter": (
        "arxiv-xml",
        '<!DOCTYPE feed [<!ENTITY a0 "xxxxxxxxxx">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + ']><feed b="&a11;"><entry><title>&a11;</title></entry></feed>',
    ),
    "a long entity, often": (
        "arxiv-xml",
        f'<!DOCTYPE feed [<!ENTITY a "{"x" * 100_000}">]><feed><entry b="',
        "&a;",
        100_000,
        '"/></feed>',
    ),
    "a page without end": (
        "daily-papers",
        "Daily Papers\nSubscribe\n",
        "On Looms\n" + "We look. " * 200 + "\n",
        20_000,
        "",
    ),
    "a page of blank lines": ("daily-papers", "Daily Papers\nSubscribe\n", "\n", 510_000, ""),
    "a page of one line": ("daily-papers", "Daily Papers Subscribe ", "looms ", 6_000_000, ""),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("known", sorted({known for known, *_ in BOMBS.values()}))
def test_a_bomb_is_refused_in_one_line_and_little_memory(known):
    bombs = [(name, *content) for name, (of, *content) in BOMBS.items() if of == known]
    for name, (_, _, refused), (titles, skipped, error) in read_all(known, bombs):
        assert refused, name
        assert skipped or error, name
        assert "T" not in titles, name


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("known", "content"),
    [
        ("jsonl", ('{"title": "', "x y ", 9_000_000, '"}\n{"title": "Good"}\n')),
        ("csl-json", ('[{"title": "', 'x \\"]} ', 5_000_000, '"}, {"title": "Good"}]')),
        (
            "crossref",
            ('{"message": {"items": [{"x": ', "[", 5_000, "]" * 5_000 + '}, {"title": ["Good"]}]}}'),
        ),
        ("openalex", ('{"results": [{"x": ', "9", 5_000, '}, {"title": "Good"}]}')),
        ("semantic-scholar", ('{"data": [{"x": [', "[],", 2_200_000, '0]}, {"title": "Good"}]}')),
        ("bibtex", ("@misc{k,title={", "word " * 200 + "\n", 3_000, "}}\n@misc{b,title={Good}}\n")),
        ("ris", ("TY  - JOUR\nTI  - T\n", AUTHOR, 20_000, "ER  - \nTY  - A\nTI  - Good\nER  - \n")),
        ("web-of-science", ("PT J\nTI T\n", LINE, 20_000, "ER\nPT J\nTI Good\nER\n")),
        ("table", ("title,abstract\nT,", "ab,", 200_000, "\nGood,a\n")),
    ],
)
def test_the_record_after_a_bomb_is_read(known, content):
    ((_, _, (titles, skipped, error)),) = read_all(known, [("before", *content)])
    assert (titles, error) == (["Good"], None)
    assert len(skipped) == 1


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("known", ["jsonl", "bibtex", "ris", "table", "daily-papers", "pubmed"])
def test_a_compressed_endless_line_is_refused(tmp_path, known, pack):
    begin = {"pubmed": b"<PubmedArticleSet><PubmedArticle><a>", "table": b"title,abstract\n"}.get(known, b"")
    file = tmp_path / "bomb"
    with file.open("wb") as out:  # members follow one another, as in files that were put together
        for part in (begin, *([b"A title without end " * 400_000] * 8)):
            out.write(pack(part))
    assert file.stat().st_size < MIB
    script = (
        "import resource, sys\n"
        "from litloom.errors import InputError\n"
        "from litloom.readers import known_formats, read_papers\n"
        "import lxml.etree, bibtexparser\n"
        "known_formats()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        "for skip_bad in (False, True):\n"
        "    try: print(sum(1 for _ in read_papers(sys.argv[1], format=sys.argv[2], skip_bad=skip_bad)))\n"
        "    except InputError as error: print(error)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, file, known], capture_output=True, text=True)
    lines = ended.stdout.splitlines()
    assert len(lines) == 2, ended.stderr[-2000:]
    assert all(line.startswith(str(file)) for line in lines)


def test_a_too_long_string_affects_only_entries_that_use_it():
    text = f'@string{{a0="xx"}}\n{DOUBLING}@misc{{k,title=a39}}\n@misc{{b,title={{Good}} # a0}}\n'
    skipped = []
    options = Options(skip_bad=True, on_skip=skipped.append)
    papers = list(parse_papers(text, format="bibtex", options=options))
    assert [paper.title for paper in papers] == ["Goodxx"]
    assert "the @string 'a39' is too long" in str(skipped[-1])


@pytest.mark.slow
def test_waiting_entries_are_bounded():
    child = f"@misc{{k,title={{T}},crossref={{nobody}},abstract={{{'x' * 400_000}}}}}\n"
    skipped = []
    options = Options(skip_bad=True, on_skip=skipped.append)
    count = MOST_HELD // 400_000 + 20
    papers = list(parse_papers((child for _ in range(count)), format="bibtex", options=options))
    assert len(papers) + len(skipped) == count
    assert len(skipped) > 10
    assert "inherits" in str(skipped[0])


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("jsonl", json.dumps({"title": "T", "authors": ["A"] * (MOST_AUTHORS + 1)})),
        ("csl-json", json.dumps([{"title": "T", "author": [{"family": "A"}] * (MOST_AUTHORS + 1)}])),
        ("ris", "TY  - A\nTI  - T\n" + "AU  - A\n" * (MOST_AUTHORS + 1) + "ER  - \n"),
        ("web-of-science", "PT J\nTI T\nAF A\n" + "   A\n" * (MOST_AUTHORS + 1) + "ER\n"),
        ("table", "title,authors\nT," + "A;" * (MOST_AUTHORS + 1) + "\n"),
        ("bibtex", "@misc{k,title={T},author={" + "A and " * (MOST_AUTHORS + 2) + "A}}\n"),
        (
            "arxiv-xml",
            f"<feed><entry><title>T</title>{'<author><name>A</name></author>' * 50_001}</entry></feed>",
        ),
    ],
)
def test_too_many_authors_are_refused(known, text):
    with pytest.raises(InputError, match="more than 50,000 authors"):
        list(parse_papers(text, format=known))


@pytest.mark.parametrize("known", sorted(set(RECORDS) - {"openalex"}))
def test_a_too_long_text_is_refused(known):
    long = "word " * (LONGEST_TEXT // 5 + 10)
    fits = "word " * (LONGEST_TEXT // 5 - 10)
    skipped = []
    options = Options(skip_bad=True, on_skip=skipped.append)
    text = text_of(known, ("One", long), ("Two", fits.strip()))
    papers = list(parse_papers(text, format=known, options=options))
    assert [(paper.title, len(paper.abstract)) for paper in papers] == [("Two", len(fits) - 1)]
    assert "more than 500,000 characters" in str(skipped[0])


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e999", "-1e999", "NaN", "-1", "99999999999999999999", "0.5"]
)
@pytest.mark.parametrize("field", ["year", "author_count", "id", "publication_year", "corpusid"])
@pytest.mark.parametrize("known", ["jsonl", "openalex", "semantic-scholar"])
def test_no_number_is_larger_than_can_be_stored(known, field, number):
    text = f'{{"title": "T", "{field}": {number}}}\n'
    options = Options(skip_bad=True)
    for paper in parse_papers(text, format=known, options=options):
        assert paper.year is None or 1 <= paper.year <= 9999
        assert paper.author_count is None


def test_a_page_with_too_many_authors_gives_no_number():
    text = "Daily Papers\nSubscribe\nOn Looms\nWe look at looms.\n • {} authors · Jun 10, 2025\n"
    (paper,) = parse_papers(text.format("9" * 30), format="daily-papers")
    assert paper.author_count is None
    (paper,) = parse_papers(text.format("3,000"), format="daily-papers")
    assert paper.author_count == 3000


PIECES = [
    *(
        "<script>",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "<",
        ">",
        "</",
        "<a ",
        "<![CDATA[",
        "<annotation>",
        "<mml:",
        "<x:y>",
    ),
    *(
        "&",
        "&amp;",
        "&#65;",
        "&amp;lt;b&amp;gt;",
        "\\cite[",
        "\\cite[]",
        "\\cite{",
        "\\url{",
        "\\href{a}",
        "\\frac",
    ),
    *(
        "{",
        "}",
        "$",
        "$x ",
        "$x",
        "$a$",
        "${$}",
        "\\(",
        "\\[",
        "\\begin{a}",
        "\\begin{equation}a\\end{equation}",
    ),
    *(
        "\\left(",
        "\\sqrt[",
        "\\frac{",
        "\\textbf{",
        "\\textbf{a}",
        "\\verb|",
        "\\mbox{$",
        "\\item ",
        "\\'",
        "\\'e",
    ),
    *(
        "\\",
        "\\\\\n",
        "~",
        "-",
        "'",
        "`",
        "%",
        "_",
        "#",
        "[",
        "]",
        "(",
        ")",
        '"',
        "word ",
        ". ",
        ".",
        " ",
        "\n",
        "\t",
    ),
    *(
        "\xa0",
        "and ",
        " and",
        "a ",
        "\u200d",
        "\u202e",
        "\\alpha",
        "\\newcommand{\\a}{",
        "10.1000/",
        "arxiv:",
        "@",
    ),
]


LONG = 100_000
"""Characters: they take less than a second, and minutes where time grows with the square of their number."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_cleaning_repetitive_text_is_fast(piece):
    for before in ("", "<b>x</b> \\emph{x} $x$ "):
        text = before + piece * (LONG // len(piece)) + "."
        for clean in (partial(plain_title, latex=True), plain_abstract, latex_abstract):
            with contextlib.suppress(BadRecordError, RecursionError):
                clean(text)
    text = piece * (LONG // len(piece))
    record = {"title": f"T {text}", "abstract": text, "authors": text, "url": text, "venue": text}
    for known, content in {
        "jsonl": json.dumps({**record, "references": [text], "ids": [text], "id": text}),
        "crossref": json.dumps({**record, "title": ["T"], "reference": [{"unstructured": text}]}),
        "table": "title,abstract,authors,url,references\nT,"
        + ",".join(['"' + text.replace('"', '""') + '"'] * 4)
        + "\n",
        "ris": f"TY  - A\nTI  - T\nAU  - {text}\nUR  - {text}\nDA  - {text}\nER  - \n",
        "web-of-science": f"PT J\nTI T\nAF {text}\nCR {text}\nOI {text}\nER\n",
        "bibtex": f"@misc{{k,title={{T}},author={{{text}}},url={{{text}}},journal={{{text}}}}}\n",
        "daily-papers": f"Daily Papers\nOn {text}\nWe look at looms. {text}\n • 5 authors · Jun 10, 2025\n",
        "any": text,
    }.items():
        options = Options(skip_bad=True)
        try:
            list(parse_papers(content, format=None if known == "any" else known, options=options))
        except InputError:
            continue


class Bits:
    """Bytes that come a few at a time."""

    def __init__(self, content):
        self._content = content

    def read1(self, size, /):
        piece, self._content = self._content[:5], self._content[5:]
        return piece


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_lines_of_any_length_and_line_end_are_read(monkeypatch, ends):
    monkeypatch.setattr("litloom.readers.stream.BLOCK", 8)
    lines = ["a" * length for length in (1, 7, 8, 9, 40, 3, 16, 15)]
    content = ends.join(lines).encode()
    assert list(Stream(Bits(content), "x")) == lines
    assert list(Stream(Bits(content + ends.encode()), "x")) == lines


def test_a_long_file_with_carriage_returns_is_read(monkeypatch):
    monkeypatch.setattr("litloom.readers.stream.LONGEST", MIB)
    record = "TY  - JOUR\rTI  - On Looms\rER  - \r"
    stream = Stream(io.BytesIO((record * (3 * MIB // len(record))).encode()), "x")
    assert sum(1 for line in stream if line.startswith("TI")) == 3 * MIB // len(record)


def test_a_bad_value_in_a_document_is_skipped(monkeypatch):
    monkeypatch.setattr(json_records, "LONGEST", 60)
    good = {"title": "Good"}
    for bad in ({"x": '"}]\\' * 40}, {"x": ["}\\\\\"'", {"y": '"]'}] * 20}, {"x": [[[["\\"]]]] * 30}):
        content = json.dumps([good, bad, good, bad, bad, good]).encode()
        skipped = []
        options = Options(skip_bad=True, on_skip=skipped.append)
        papers = list(known_formats()["csl-json"].read(Stream(Bits(content), "x", options), options))
        assert (len(papers), len(skipped)) == (3, 3)


def test_a_long_line_among_given_lines_is_read():
    lines = ['{"title": "On Looms", "abstract": "' + "x" * 400_000 + '"}', '{"title": "On Yarn"}']
    assert [paper.title for paper in parse_papers(iter(lines))] == ["On Looms", "On Yarn"]
