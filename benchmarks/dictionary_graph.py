"""A graph of many papers without a neural network: what a dictionary finds, for benchmarks of that size.

    python benchmarks/dictionary_graph.py PAPERS.jsonl.gz GRAPH.lbug

Names come from the lexicon of the model `fast`, from what stands before the colon of titles (which the paper
then introduces), and from the papers' keywords. Where papers have no references, each is given some: the
papers that introduced what it mentions, and earlier ones drawn with a fixed seed, the often cited more often.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from litloom.graph.stores.base import open_store
from litloom.graph.weave import weave
from litloom.papers.merge import merge_papers
from litloom.records import KINDS, Extraction, Kind, Mention, Paper

WORD = re.compile(r"[^\W_]+(?:[-.+'][^\W_]+)*\+*")
MOST_WORDS = 5
SURE_SHARE = 0.2
DRAWN_REFERENCES = 6
Names = Mapping[str, Kind]


def main() -> None:
    """Build the graph, and print how long the stages took."""
    parser = argparse.ArgumentParser(description="A graph by a dictionary.")
    parser.add_argument("papers", type=Path)
    parser.add_argument("store")
    parser.add_argument("--first", type=int, default=None, help="only so many papers")
    arguments = parser.parse_args()
    begin = time.perf_counter()
    tables = dictionary_tables(arguments.papers, arguments.first)
    print(f"found and woven in {time.perf_counter() - begin:.0f} s", flush=True)
    begin = time.perf_counter()
    with open_store(arguments.store, must_exist=False) as store:
        store.replace(tables)
    print(f"loaded in {time.perf_counter() - begin:.0f} s")


def dictionary_tables(path: Path, first: int | None):  # noqa: ANN201
    """Return the tables of the graph of a file of papers."""
    papers, keywords = read(path, first)
    names = {**dict.fromkeys(keywords, "Task"), **lexicon_names()}
    coined = coined_names(papers)
    found = [extraction(paper, names, coined) for paper in papers]
    if not any(paper.references for paper in papers):
        papers = with_references(papers, found, coined)
    print(
        f"{len(papers)} papers, {sum(len(e.mentions) for e in found)} places that name a concept", flush=True
    )
    return weave(
        papers, found, about={"version": "0", "model": "dictionary", "fingerprint": "", "corrections": ""}
    )


def read(path: Path, first: int | None) -> tuple[list[Paper], set[str]]:
    """Return the papers of a JSON Lines file, each once, and their keywords of several words."""
    papers, keywords = [], set()
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            record = json.loads(line)
            keywords.update(
                k.lower() for k in record.pop("keywords", None) or () if 2 <= len(k.split()) <= MOST_WORDS
            )
            fields = {
                name: tuple(v) if isinstance(v, list) else v for name, v in record.items() if v is not None
            }
            papers.append(
                Paper(**{name: v for name, v in fields.items() if name in Paper.__dataclass_fields__})
            )
            if len(papers) == first:
                break
    return merge_papers(papers), keywords


def lexicon_names() -> dict[str, Kind]:
    """Return the names that the model `fast` has often seen as concepts, with their kind."""
    names: dict[str, Kind] = {}
    data = (files("litloom.extractors") / "models" / "fast" / "litloom_lexicon" / "names.tsv.gz").read_bytes()
    for line in gzip.decompress(data).decode("utf-8").splitlines():
        _, key, seen, *counts = line.split("\t")
        kinds = [float(count) for count in counts]
        if sum(kinds) > SURE_SHARE * float(seen) and len(key) > 2:
            names[key] = KINDS[kinds.index(max(kinds))]
    return names


def coined_names(papers: list[Paper]) -> dict[str, str]:
    """Return the coined names before the colons of titles, each with the first paper that has it."""
    coined: dict[str, str] = {}
    for paper in sorted(papers, key=lambda paper: (paper.year or 9999, paper.id)):
        name, colon, _ = paper.title.partition(":")
        if colon and len(name.split()) == 1 and 3 <= len(name) <= 24 and re.search(r"\w.*[A-Z0-9]", name):
            coined.setdefault(name, paper.id)
    return coined


def extraction(paper: Paper, names: Names, coined: Mapping[str, str]) -> Extraction:
    """Return what the dictionary finds in one paper: the longest names, from the left."""
    mentions = tuple(_mentions(paper.text, names, coined))
    introduces = (name,) if coined.get(name := paper.title.partition(":")[0]) == paper.id else ()
    return Extraction(paper_id=paper.id, mentions=mentions, introduces=introduces, model="dictionary")


def _mentions(text: str, names: Names, coined: Mapping[str, str]) -> Iterator[Mention]:
    words = [match.span() for match in WORD.finditer(text)]
    ends = [m.end() for m in re.finditer(r"[.!?]\s|\n", text)] + [len(text)]
    place = 0
    while place < len(words):
        start = words[place][0]
        for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
            end = words[place + length - 1][1]
            surface = text[start:end]
            key = surface.lower().replace("-", " ")
            kind = "Method" if surface in coined else names.get(key) or names.get(key.removesuffix("s"))
            if kind:
                stop = next(e for e in ends if e >= end)
                begin = max((e for e in ends if e <= start), default=0)
                yield Mention(start, end, surface, kind, 0.9, surface, text[begin:stop].strip())
                place += length - 1
                break
        place += 1


def with_references(papers: list[Paper], found: list[Extraction], coined: Mapping[str, str]) -> list[Paper]:
    """Return the papers with references made for them."""
    draw = random.Random(7)
    mentioned = {e.paper_id: [coined[m.text] for m in e.mentions if m.text in coined] for e in found}
    cited: list[str] = []
    done = []
    for paper in sorted(papers, key=lambda paper: (paper.year or 9999, paper.id)):
        drawn = [draw.choice(cited) for _ in range(DRAWN_REFERENCES)] if len(cited) > DRAWN_REFERENCES else []
        references = dict.fromkeys([*mentioned[paper.id], *drawn])
        references.pop(paper.id, None)
        cited += [*references, paper.id]
        done.append(replace(paper, references=tuple(references)))
    return done


if __name__ == "__main__":
    main()
