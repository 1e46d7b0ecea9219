"""Files of every format, as real tools write them, and what is read from each."""

import gzip
import io
import shutil
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from litloom.papers.merge import merge_papers
from litloom.readers import known_formats, parse_papers, read_papers
from litloom.readers.plain_text import plain_title
from litloom.readers.registry import detect_format
from litloom.readers.stream import zstd

DATA = Path(__file__).parent / "data"
ATTENTION = "Attention Is All You Need"

FORMAT_OF = {
    "acl.xml": "acl-anthology",
    "arxiv-atom.xml": "arxiv-xml",
    "arxiv-oai.xml": "arxiv-xml",
    "arxiv-snapshot.jsonl": "arxiv-snapshot",
    "crossref.json": "crossref",
    "csl.json": "csl-json",
    "library.bib": "bibtex",
    "library.ris": "ris",
    "openalex-page.json": "openalex",
    "openalex.csv": "table",
    "openalex.jsonl": "openalex",
    "own.tsv": "table",
    "pubmed.xml": "pubmed",
    "savedrecs.ciw": "web-of-science",
    "scopus.csv": "table",
    "semantic-scholar.json": "semantic-scholar",
    "semantic-scholar.jsonl": "semantic-scholar",
    "zotero.csv": "table",
}


def fields(paper, *names):
    return tuple(getattr(paper, name) for name in names)


def read(name, **options):
    return list(read_papers(DATA / name, **options))


def test_every_file_is_listed():
    assert {file.name for file in DATA.iterdir()} == set(FORMAT_OF)


@pytest.mark.parametrize(("name", "known"), FORMAT_OF.items())
def test_the_format_is_detected_from_the_content(name, known):
    assert detect_format((DATA / name).read_text(encoding="utf-8"), name).name == known


@pytest.mark.parametrize(("name", "known"), FORMAT_OF.items())
def test_the_format_is_detected_from_any_beginning(name, known):
    text = (DATA / name).read_text(encoding="utf-8")
    assert detect_format(text[: max(len(text) // 2, 600)], name).name == known


@pytest.mark.parametrize("name", FORMAT_OF)
@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_compressed_file_gives_the_same_papers(tmp_path, name, pack):
    packed = tmp_path / name
    packed.write_bytes(pack((DATA / name).read_bytes()))
    assert [p.title for p in read_papers(packed)] == [p.title for p in read(name)]


@pytest.mark.parametrize("name", FORMAT_OF)
def test_windows_line_ends_give_the_same_papers(name):
    text = (DATA / name).read_text(encoding="utf-8")
    plain, windows = (list(parse_papers(t)) for t in (text, text.replace("\n", "\r\n")))
    assert plain == windows


def test_a_folder_mixes_formats_into_one_set(tmp_path):
    for name in FORMAT_OF:
        shutil.copy(DATA / name, tmp_path / name)
    (tmp_path / "more.bib.zst").write_bytes(zstd.compress(b"@misc{a, title = {Packed in a Folder}}"))
    papers = merge_papers(read_papers(tmp_path))
    titles = [paper.title.lower() for paper in papers]
    assert "packed in a folder" in titles
    assert titles.count(ATTENTION.lower()) == 1
    (attention,) = (paper for paper in papers if paper.arxiv_id == "1706.03762")
    assert len(attention.sources) == 9


def test_standard_input_is_a_file(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress((DATA / "library.ris").read_bytes())))
    monkeypatch.setattr(sys, "stdin", stdin)
    first, _ = read_papers("-")
    assert fields(first, "title", "sources") == (ATTENTION, ("<stdin>",))


def test_bibtex():
    attention, bert, godel, child = read("library.bib")
    assert fields(attention, "title", "date", "arxiv_id", "venue") == (
        ATTENTION,
        "2017-12",
        "1706.03762",
        "Advances in Neural Information Processing Systems 30",
    )
    assert attention.authors == ("Ashish Vaswani", "Noam Shazeer", "Łukasz Kaiser")
    assert attention.abstract.endswith("at O(n^2) cost — 28.4 BLEU on WMT 2014, 50% faster.")
    assert attention.url == "https://papers.nips.cc/paper_files/paper/2017"
    assert fields(bert, "arxiv_id", "year") == ("1810.04805", 2018)
    assert godel.title == 'On "Formally" Undecidable Propositions: An Étude'
    assert godel.authors == ("Kurt Gödel", "Jan van der Berg", "The Loom Consortium")
    assert fields(godel, "doi", "date", "ids") == ("10.1000/g_1", "2021-03-05", ("pubmed:1234567",))
    assert fields(child, "venue", "year", "doi") == (
        "Proceedings of the First Conference on Looms",
        1999,
        "",
    )


def test_ris():
    attention, lstm = read("library.ris")
    assert fields(attention, "title", "date", "arxiv_id") == (ATTENTION, "2017-06-12", "1706.03762")
    assert attention.abstract == (
        "A network of attention alone translates better\nthan recurrent ones.\nIt trains in days."
    )
    assert fields(lstm, "title", "doi", "year", "ids") == (
        "Long short-term memory & more",
        "10.1162/neco.1997.9.8.1735",
        1997,
        ("pubmed:9377276",),
    )
    assert lstm.authors == ("Sepp Hochreiter", "Jürgen Schmidhuber")


def test_web_of_science():
    lstm, other = read("savedrecs.ciw")
    assert fields(lstm, "title", "date") == ("Long short-term memory", "1997-11-15")
    assert lstm.abstract == "Gates keep errors flowing over a thousand steps."
    assert lstm.authors == ("Sepp Hochreiter", "Jurgen Schmidhuber")
    assert lstm.author_ids == ("orcid:0000-0001-7449-2528", "")
    assert lstm.references == ("doi:10.1109/72.279181",)
    assert fields(other, "title", "venue") == ("A conference paper", "Looms")


def test_tables():
    alphafold, second = read("scopus.csv")
    assert alphafold.authors == ("John Jumper", "Richard Evans")
    assert fields(alphafold, "doi", "year", "ids") == (
        "10.1038/s41586-021-03819-2",
        2021,
        ("pubmed:34265844",),
    )
    assert alphafold.abstract.endswith('"nearly" as well as experiments do.\nIt has two lines.')
    assert alphafold.references[0] == "doi:10.1038/s41586-019-1923-7"
    assert second.abstract == ""
    (zotero,) = read("zotero.csv")
    assert fields(zotero, "title", "arxiv_id", "date") == (ATTENTION, "1706.03762", "2017-06-12")
    (openalex,) = read("openalex.csv")
    assert openalex.authors == ("Sepp Hochreiter", "Jürgen Schmidhuber")
    assert openalex.references == ("openalex:W1", "openalex:W2")
    (own,) = read("own.tsv")
    assert fields(own, "title", "abstract", "year") == ("On Looms", "We look at looms.", 2020)


def test_the_columns_of_a_table_can_be_named(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("Name,Text,Title\nOn Looms,We look.,Dr\n", encoding="utf-8")
    (paper,) = read_papers(table, columns={"title": "name", "abstract": "Text"})
    assert fields(paper, "title", "abstract") == ("On Looms", "We look.")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("Ashish Vaswani, Noam Shazeer", ("Ashish Vaswani", "Noam Shazeer")),
        ("Vaswani A., Shazeer N., Parmar N.", ("Vaswani A.", "Shazeer N.", "Parmar N.")),
        ("Vaswani, Ashish", ("Ashish Vaswani",)),
        ("van der Berg, Jan Piet", ("Jan Piet van der Berg",)),
        ("['Ada Poe', 'Bo Li']", ("Ada Poe", "Bo Li")),
        ("Poe, Ada; Li, Bo", ("Ada Poe", "Bo Li")),
        ("", ()),
    ],
)
def test_author_forms_of_tables(written, authors):
    (paper,) = parse_papers(f'title,authors,abstract\nOn Looms,"{written}",\n')
    assert paper.authors == authors


MARKED = {
    r"{\'E}tude in {BERT} --- ``quoted''": "Étude in BERT — “quoted”",
    r"at $\mathcal{O}(n^{2})$ of \$5, 50\% or 5%": "at O(n^2) of $5, 50% or 5%",
    r"as \citet{poe} says~\cite[p.~3]{li}, see \url{https://a.b/c_d}": "as says, see https://a.b/c_d",
    r"R\&D by {\L}ukasz and \L ukasz": "R&D by Łukasz and Łukasz",
    "p < 0.05 and q > 3 &amp; x_i": "p < 0.05 and q > 3 & x_i",
    "H<sub>2</sub>O<br/>costs $5 to $10": "H2O costs $5 to $10",
}


@pytest.mark.parametrize(("marked", "plain"), MARKED.items())
def test_markup_becomes_plain_text(marked, plain):
    assert plain_title(marked, latex=True) == plain


def test_openalex():
    attention, empty = read("openalex-page.json")
    assert fields(attention, "title", "date", "arxiv_id") == (ATTENTION, "2017-06-12", "1706.03762")
    assert attention.abstract == "Attention is all: Attention alone."
    assert attention.author_ids == ("openalex:A5103024730", "orcid:0000-0002-1825-0097")
    assert attention.references == ("openalex:W2064675550", "openalex:W1810943226")
    assert empty.abstract == ""
    (lstm,) = read("openalex.jsonl")
    assert fields(lstm, "title", "ids") == (
        "Long Short-Term Memory",
        ("openalex:W2064675550", "pubmed:9377276"),
    )


def test_semantic_scholar():
    (attention,) = read("semantic-scholar.json")
    assert fields(attention, "arxiv_id", "date") == ("1706.03762", "2017-06-12")
    assert attention.author_ids == ("s2:40348417", "")
    assert attention.ids[0] == "s2:204e3073870fae3d05bcbc2f6a8e263d9b72e776"
    assert attention.references == (
        "arxiv:1409.0473",
        "doi:10.1162/neco.1997.9.8.1735",
        "A work that only has a title",
    )
    (bert,) = read("semantic-scholar.jsonl")
    assert fields(bert, "doi", "venue", "ids") == (
        "10.18653/v1/n19-1423",
        "ArXiv",
        ("s2:52967399", "acl:N19-1423"),
    )


def test_crossref():
    (alphafold,) = read("crossref.json")
    assert alphafold.abstract == "Proteins fold to shapes below 1 < 2\u2009Å.\nA network predicts Cα atoms."
    assert fields(alphafold, "date", "venue") == ("2021-07-15", "Nature")
    assert alphafold.authors == ("John Jumper", "The Fold Group")
    assert alphafold.author_ids == ("orcid:0000-0001-6169-6580", "")
    assert alphafold.references == (
        "doi:10.1038/s41586-019-1923-7",
        "A titled reference",
        "arxiv:1706.03762",
        "A long history of looms",
    )


def test_csl_json():
    attention, book = read("csl.json")
    assert attention.authors == ("Ashish Vaswani", "Jan van der Berg", "The Loom Consortium")
    assert fields(attention, "arxiv_id", "date", "ids") == (
        "1706.03762",
        "2017-06-12",
        ("pubmed:31452104",),
    )
    assert fields(book, "year", "doi") == (2001, "10.1000/book")


def test_arxiv():
    attention, old = read("arxiv-snapshot.jsonl")
    assert fields(attention, "title", "date", "arxiv_id") == (ATTENTION, "2017-06-12", "1706.03762")
    assert attention.abstract == (
        "A network of attention alone, at O(n^2) cost, is 50% faster and costs $5.\nIt translates."
    )
    assert attention.authors == ("Ashish Vaswani", "Łukasz Kaiser")
    assert fields(old, "arxiv_id", "doi", "date") == ("math/0309136", "10.1000/old", "2003-09-08")
    (atom,) = read("arxiv-atom.xml")
    assert fields(atom, "title", "abstract", "doi", "date") == (
        ATTENTION,
        "A network of attention alone, at n^2 cost & less.",
        "10.1000/nips",
        "2017-06-12",
    )
    own, dublin = read("arxiv-oai.xml")
    assert fields(own, "arxiv_id", "authors") == ("1706.03762", ("Ashish Vaswani", "Łukasz Kaiser"))
    assert fields(dublin, "arxiv_id", "authors", "doi", "date") == (
        "math/0309136",
        ("Ada Poe",),
        "10.1000/old",
        "2003-09-08",
    )


def test_pubmed():
    alphafold, translated = read("pubmed.xml")
    assert alphafold.title == "Highly accurate protein structure prediction with AlphaFold"
    assert alphafold.abstract == "BACKGROUND: Proteins fold; H2O helps.\nMETHODS: A network."
    assert alphafold.authors == ("John Jumper", "The Fold Group")
    assert alphafold.author_ids == ("orcid:0000-0001-6169-6580", "")
    assert fields(alphafold, "doi", "date", "ids") == (
        "10.1038/s41586-021-03819-2",
        "2021-07-15",
        ("pubmed:34265844",),
    )
    assert alphafold.references == ("pubmed:31942072", "Poe A. On looms. 2001.")
    assert fields(translated, "title", "year") == ("Translated title", 1998)


def test_acl_anthology():
    bert, short = read("acl.xml")
    assert bert.title == "BERT: Pre-training of Deep Bidirectional Transformers"
    assert bert.abstract == "We pre-train with O(α) masks & gain 7.7%."
    assert bert.author_ids == ("", "orcid:0000-0002-1825-0097")
    assert fields(bert, "ids", "doi", "date") == (("acl:N19-1423",), "10.18653/v1/n19-1423", "2019-06")
    assert bert.venue == "Proceedings of the 2019 Conference of the North American Chapter"
    assert fields(short, "ids", "authors", "venue") == (("acl:N19-2005",), ("Madonna",), "Short Papers")


PLUGIN = """
from litloom.readers import Format
from litloom.records import Paper

def read(stream, options):
    for line in stream:
        if line != "LOOMS 1":
            yield Paper(title=line.partition("|")[0], abstract=line.partition("|")[2], sources=(stream.name,))

FORMAT = Format(name="looms", suffixes=(".loom",), sniff=lambda head: head.startswith("LOOMS 1"), read=read)
"""


def plugged(folder, module, *command):
    info = folder / "loom_tools-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: loom-tools\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text("[litloom.readers]\nlooms = loom_tools:FORMAT\n", encoding="utf-8")
    (folder / "loom_tools.py").write_text(module, encoding="utf-8")
    (folder / "a.loom").write_text("LOOMS 1\nOn Looms|We look.\n", encoding="utf-8")
    assert PathDistribution(info).name == "loom-tools"
    script = f"import sys; sys.path.insert(0, {str(folder)!r}); from litloom.readers import *; {command[0]}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=folder)


def test_a_plug_in_brings_its_format(tmp_path):
    ended = plugged(tmp_path, PLUGIN, "print([(p.title, p.abstract) for p in read_papers('.')])")
    assert ended.stdout.strip() == "[('On Looms', 'We look.')]", ended.stderr


@pytest.mark.parametrize("module", ["raise OSError('no loom')", "FORMAT = 5"])
def test_an_invalid_plug_in_is_named(tmp_path, module):
    ended = plugged(tmp_path, module, "read_papers_ = list(read_papers('a.loom'))")
    assert "InputError: plug-in looms: " in ended.stderr
    assert "loom_tools:FORMAT" in ended.stderr


def test_the_names_of_formats_are_those_of_the_files():
    assert set(FORMAT_OF.values()) | {"jsonl", "daily-papers"} == set(known_formats())
