"""Time every reader, and measure its memory, on a file of generated records.

Each format is read in a process of its own: records a second (processor time, unpacked text), and the peak of
the process's memory, which is to be the same for ten times the records. A record has an abstract of some 150
words, five authors and, where the format has them, 30 references.

Run: python benchmarks/readers.py --records 100000
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

WORDS = (
    "we",
    "look",
    "at",
    "looms",
    "and",
    "show",
    "that",
    "attention",
    "weaves",
    "threads",
    "of",
    "yarn",
    "faster",
)
NAMES = ("Ada Poe", "Bo Li", "Cy Mae", "Di Orr", "Ed Ray")


CHOSEN = random.Random(0)
ABSTRACTS = [" ".join(CHOSEN.choice(WORDS) for _ in range(150)) + "." for _ in range(1000)]


def _texts(n: int) -> tuple[str, str]:
    return f"Paper {n} on looms", ABSTRACTS[n % len(ABSTRACTS)]


def _bibtex(n: int) -> str:
    title, abstract = _texts(n)
    authors = " and ".join(NAMES)
    return (
        f"@article{{key{n},\n  title = {{{title} and {{\\'E}}t{{\\'e}}}},\n  author = {{{authors}}},\n"
        f"  journal = {{Looms}},\n  year = {{2020}},\n  doi = {{10.1000/{n}}},\n"
        f"  abstract = {{{abstract}}}\n}}\n"
    )


def _ris(n: int) -> str:
    title, abstract = _texts(n)
    authors = "".join(f"AU  - {name}\n" for name in NAMES)
    return f"TY  - JOUR\nTI  - {title}\n{authors}PY  - 2020\nDO  - 10.1000/{n}\nAB  - {abstract}\nER  - \n"


def _web_of_science(n: int) -> str:
    title, abstract = _texts(n)
    cited = "\n   ".join(f"Poe A, 2001, LOOMS, V1, P2, DOI 10.1000/{n + k}" for k in range(30))
    authors = "\n   ".join(NAMES)
    return f"PT J\nAF {authors}\nTI {title}\nAB {abstract}\nCR {cited}\nPY 2020\nDI 10.1000/{n}\nER\n\n"


def _table(n: int) -> str:
    title, abstract = _texts(n)
    return f'"{title}","{abstract}","{"; ".join(NAMES)}",2020,10.1000/{n}\n'


def _jsonl(n: int) -> str:
    title, abstract = _texts(n)
    references = [f"doi:10.1000/{n + k}" for k in range(30)]
    record = {"title": title, "abstract": abstract, "authors": NAMES, "year": 2020, "references": references}
    return json.dumps({**record, "doi": f"10.1000/{n}"}) + "\n"


def _arxiv_snapshot(n: int) -> str:
    title, abstract = _texts(n)
    record = {
        "id": f"2001.{n % 100000:05d}",
        "submitter": "Ada Poe",
        "title": title,
        "categories": "cs.CL",
        "abstract": f"  {abstract} It costs $O(n^2)$ and \\emph{{more}}.\n",
        "versions": [{"version": "v1", "created": "Mon, 6 Jan 2020 10:00:00 GMT"}],
        "authors_parsed": [[*reversed(name.split()), ""] for name in NAMES],
    }
    return json.dumps(record) + "\n"


def _openalex(n: int) -> str:
    title, abstract = _texts(n)
    index: dict[str, list[int]] = {}
    for place, word in enumerate(abstract.split()):
        index.setdefault(word, []).append(place)
    record = {
        "id": f"https://openalex.org/W{n}",
        "doi": f"https://doi.org/10.1000/{n}",
        "title": title,
        "publication_date": "2020-01-06",
        "authorships": [
            {"author": {"id": "https://openalex.org/A1", "display_name": name}} for name in NAMES
        ],
        "abstract_inverted_index": index,
        "referenced_works": [f"https://openalex.org/W{n + k}" for k in range(30)],
    }
    return json.dumps(record) + "\n"


def _semantic_scholar(n: int) -> str:
    title, abstract = _texts(n)
    record = {
        "paperId": f"{n:040x}",
        "externalIds": {"DOI": f"10.1000/{n}"},
        "title": title,
        "abstract": abstract,
        "year": 2020,
        "authors": [{"authorId": "1", "name": name} for name in NAMES],
        "references": [{"paperId": f"{n + k:040x}", "title": "On yarn"} for k in range(30)],
    }
    return json.dumps(record) + "\n"


def _crossref(n: int) -> str:
    title, abstract = _texts(n)
    record = {
        "DOI": f"10.1000/{n}",
        "title": [title],
        "abstract": f"<jats:p>{abstract}</jats:p>",
        "published": {"date-parts": [[2020, 1, 6]]},
        "author": [dict(zip(("given", "family"), name.split(), strict=True)) for name in NAMES],
        "reference": [{"key": str(k), "DOI": f"10.1000/{n + k}"} for k in range(30)],
    }
    return ("" if n == 0 else ",\n") + json.dumps(record)


def _csl_json(n: int) -> str:
    title, abstract = _texts(n)
    record = {
        "type": "article-journal",
        "title": title,
        "abstract": abstract,
        "DOI": f"10.1000/{n}",
        "author": [dict(zip(("given", "family"), name.split(), strict=True)) for name in NAMES],
        "issued": {"date-parts": [[2020, 1, 6]]},
    }
    return ("" if n == 0 else ",\n") + json.dumps(record)


def _arxiv_xml(n: int) -> str:
    title, abstract = _texts(n)
    authors = "".join(f"<author><name>{name}</name></author>" for name in NAMES)
    return (
        f"<entry><id>http://arxiv.org/abs/2001.{n % 100000:05d}v1</id><title>{title}</title>"
        f"<summary>{abstract}</summary><published>2020-01-06T10:00:00Z</published>{authors}</entry>\n"
    )


def _pubmed(n: int) -> str:
    title, abstract = _texts(n)
    names = (name.split() for name in NAMES)
    authors = "".join(f"<Author><LastName>{b}</LastName><ForeName>{a}</ForeName></Author>" for a, b in names)
    ids = (f'<ArticleId IdType="pubmed">{n + k}</ArticleId>' for k in range(30))
    cited = "".join(f"<Reference><ArticleIdList>{own}</ArticleIdList></Reference>" for own in ids)
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{n + 1}</PMID><Article><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract><AuthorList>{authors}</AuthorList>"
        f"</Article></MedlineCitation><PubmedData><ReferenceList>{cited}</ReferenceList></PubmedData></PubmedArticle>\n"
    )


def _acl_anthology(n: int) -> str:
    title, abstract = _texts(n)
    names = (name.split() for name in NAMES)
    authors = "".join(f"<author><first>{a}</first><last>{b}</last></author>" for a, b in names)
    return f'<paper id="{n}"><title>{title}</title>{authors}<abstract>{abstract}</abstract></paper>\n'


FORMATS: dict[str, tuple[str, Callable[[int], str], str]] = {
    "acl-anthology": (
        '<collection id="2020.acl"><volume id="main"><meta/>\n',
        _acl_anthology,
        "</volume></collection>",
    ),
    "arxiv-snapshot": ("", _arxiv_snapshot, ""),
    "arxiv-xml": ('<feed xmlns="http://www.w3.org/2005/Atom">\n', _arxiv_xml, "</feed>"),
    "bibtex": ("", _bibtex, ""),
    "crossref": ('{"message": {"items": [', _crossref, "]}}"),
    "csl-json": ("[", _csl_json, "]"),
    "jsonl": ("", _jsonl, ""),
    "openalex": ("", _openalex, ""),
    "pubmed": ("<PubmedArticleSet>\n", _pubmed, "</PubmedArticleSet>"),
    "ris": ("", _ris, ""),
    "semantic-scholar": ("", _semantic_scholar, ""),
    "table": ("Title,Abstract,Authors,Year,DOI\n", _table, ""),
    "web-of-science": ("FN Clarivate\nVR 1.0\n", _web_of_science, "EF\n"),
}


def write(name: str, file: Path, records: int) -> None:
    """Write a file of generated records."""
    begin, record, end = FORMATS[name]
    with file.open("w", encoding="utf-8") as out:
        out.write(begin)
        out.writelines(record(n) for n in range(records))
        out.write(end)


def measure(name: str, file: Path) -> Iterator[str]:
    """Read a file in this process, and give the cells of its row."""
    from litloom.readers import known_formats, read_papers

    known_formats()
    began = time.process_time()
    count = sum(1 for _ in read_papers(file, format=name))
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield from (
        f"{count}",
        f"{count / spent:.0f}",
        f"{file.stat().st_size / 2**20 / spent:.1f}",
        f"{peak:.0f}",
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--format", action="append", choices=FORMATS)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        print(" ".join(measure(arguments.format[0], Path(arguments.read))))
        return
    print("| format | records a second | MiB a second | peak memory, MiB | for a tenth of the records |")
    print("| --- | --- | --- | --- | --- |")
    for name in arguments.format or FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            rows = []
            for records in (arguments.records // 10, arguments.records):
                file = Path(folder) / "papers"
                write(name, file, records)
                command = [sys.executable, __file__, "--format", name, "--read", str(file)]
                ended = subprocess.run(command, capture_output=True, text=True, check=True)
                rows.append(ended.stdout.split())
                if rows[-1][0] != str(records):
                    raise SystemExit(f"{name}: {rows[-1][0]} of {records} records were read")
        (*_, tenth), (_, rate, mib, peak) = rows
        print(f"| {name} | {int(rate):,} | {mib} | {peak} | {tenth} |", flush=True)


if __name__ == "__main__":
    main()
