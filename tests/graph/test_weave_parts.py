"""Weaving by partition gives the rows that weaving all at once gives, however it is cut."""

import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import InputError, Paper, StoreError, sample_corpus
from litloom.engines import open_engine
from litloom.extractions.partitions import ExtractionSettings, write_manifest, write_partition
from litloom.extractors import Extractor, write_extractions
from litloom.graph.parquet_tables import read_tables
from litloom.graph.tables import GraphTables
from litloom.graph.weave import weave
from litloom.records import KINDS, Extraction, Mention
from litloom.weave_parts import PartsWoven, weave_parts
from tests.campaign.scale import examples
from tests.test_growth import PAPERS, read_marked

pytestmark = pytest.mark.slow

SETTINGS = ExtractionSettings("0", "model", 0.0)
NAMES = (
    """
LoRA|low-rank adaptation|Low Rank Adaptation|QLoRA|LLaMA-2|LLaMA-2-7B|LLaMA|ImageNet|Image Net|ImageNet-1k|GPU
GPUs|graphics processing unit|MoE|mixture of experts|accuracy|precision|numerical precision|mixed-precision|QA
question answering|Loom|Loom-2|loom 2|image matting|image portrait matting|portrait matting network
swarm of robots|robot swarm|BERT|Bert|BERT-base|CIFAR-10|CIFAR-100|CIFAR|F1|F1 score|VQA|qa-2|qa 2|C++
""".strip()
    .replace("\n", "|")
    .split("|")
)
OWN_NAMES = tuple(f"Net{chr(97 + number)}X" for number in range(26))
PEOPLE = ("Ada Poe", "Poe, Ada", "A. Poe", "Bo Li", "Li, Bo", "Cyd van Dam", "Wei Wang 0001", "Wei Wang 0002")
CITING = ("see Poe (2001)", "[Poe and Li, STOC 2002]", "(Li et al., 2003)", "van Dam (2002) on LoRA adapters")
REFERENCES = (
    "doi:10.1/x",
    "https://doi.org/10.1/Y",
    "Looms of the north and their many names",
    "p9",
    "10.1/z",
)
TITLES = (
    "Looms of the north and their many names",
    "Looms of the nroth and their many names",
    "LoRA adapters 1",
)
DEFINED = (
    ("QA", "question answering"),
    ("QA", "quality assurance"),
    ("MoE", "mixture of experts"),
    ("LN", "Loom net"),
)


def random_papers(seed: int, count: int) -> list[tuple[Paper, Extraction]]:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        names = chance.choices([*NAMES, *OWN_NAMES], k=chance.randrange(7))
        text = " and ".join([*names, *chance.choices(CITING, k=chance.randrange(2))])
        paper = Paper(
            id=f"p{chance.randrange(10**6):06}-{number}",
            title=chance.choice([f"On {text[:20]}", f"{chance.choice(TITLES)} {chance.choice('ab') * 2}"]),
            doi=chance.choice(["", "", f"10.1/{chance.choice('xyz')}"]),
            venue=chance.choice(["", "STOC"]),
            references=tuple(
                chance.choices([*REFERENCES, *(f"{title} aa" for title in TITLES)], k=chance.randrange(3))
            ),
            abstract=text,
            year=chance.choice([None, 2001, 2002, 2003]),
            date=chance.choice([None, "2002-05", "2002-06-01"]),
            sources=chance.choice([("a",), ("a",), ("b",), ("a", "b")]),
            authors=tuple(chance.sample(PEOPLE, k=chance.randrange(4))),
        )
        mentions = tuple(
            Mention(
                start=place * 9,
                end=place * 9 + len(name),
                text=name,
                kind=chance.choice(KINDS[:2] if chance.random() < 0.5 else KINDS[:1]),
                confidence=chance.random(),
                concept="question answering" if name == "QA" and chance.random() < 0.2 else name,
                sentence=f"We propose {name}." if chance.random() < 0.5 else f"{name} is used.",
            )
            for place, name in enumerate(names)
        )
        new = (name for name in names if chance.random() < (0.4 if name in OWN_NAMES else 0.05))
        introduced = tuple(dict.fromkeys(new))
        found = Extraction(
            paper_id=paper.id,
            mentions=mentions,
            introduces=introduced,
            abbreviations=tuple(pair for pair in DEFINED if chance.random() < 0.1),
        )
        made.append((paper, found))
    return made


def folder_of(made: list[tuple[Paper, Extraction]], size: int, folder: Path) -> Path:
    partitions = []
    folder.mkdir()
    (folder / "extractions").mkdir()
    for start in range(0, len(made), size):
        some = made[start : start + size]
        partition = write_partition(folder, [paper for paper, _ in some], SETTINGS)
        write_extractions((found for _, found in some), partition.extractions_file, "parquet")
        partitions.append(partition)
    write_manifest(folder, partitions, SETTINGS)
    return folder


def rows(tables: GraphTables) -> dict[object, list[str]]:
    found = {**tables.nodes, **tables.edges}
    del found["Litloom"]
    return {key: sorted(map(repr, table.to_pylist())) for key, table in found.items() if table.num_rows}


def by_partition(
    folder: Path, tables: Path, corrections: str = "", piece: int = 40
) -> dict[object, list[str]]:
    with open_engine("local") as engine:
        weave_parts(folder, tables, engine=engine, corrections=corrections, papers_per_piece=piece)
    return rows(read_tables(tables))


def at_once(made: list[tuple[Paper, Extraction]], corrections: str = "") -> dict[object, list[str]]:
    papers, found = zip(*made, strict=True)
    return rows(weave(papers, found, about={}, corrections=corrections))


CORRECTIONS = """
same:
  - [LoRA, BERT]
apart:
  - [precision, numerical precision]
kind:
  accuracy: Metric
variant:
  QLoRA: LoRA
  loom: ImageNet
drop:
  - F1 score
"""


@pytest.mark.parametrize("seed", range(3))
def test_random_papers_give_the_same_rows_however_they_are_cut(tmp_path, seed):
    made = random_papers(seed, 150)
    chance = random.Random(seed)
    corrections = CORRECTIONS if seed % 2 else ""
    folder = folder_of(made, chance.randrange(10, 60), tmp_path / "parts")
    piece = chance.choice((10, 40, 80, 200))
    assert by_partition(folder, tmp_path / "tables", corrections, piece) == at_once(made, corrections)


@examples(2)
@given(
    st.lists(PAPERS, min_size=1, max_size=12, unique_by=lambda paper: paper.id),
    st.randoms(use_true_random=False),
    st.integers(1, 13),
    st.integers(1, 6),
)
def test_any_order_in_any_pieces_gives_the_same_rows(papers, shuffler, piece, part):
    made = list(zip(papers, read_marked(papers), strict=True))
    shuffled = made.copy()
    shuffler.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as place:
        folder = folder_of(shuffled, part, Path(place, "parts"))
        assert by_partition(folder, Path(place, "tables"), piece=piece) == at_once(made)


@pytest.fixture(scope="module")
def sample() -> list[tuple[Paper, Extraction]]:
    papers = list(sample_corpus())
    return list(zip(papers, Extractor("fast").extract(papers), strict=True))


def test_the_sample_corpus_gives_the_same_rows(tmp_path, sample):
    expected = at_once(sample)
    folder = folder_of(sample, 40, tmp_path / "parts")
    assert by_partition(folder, tmp_path / "tables", piece=50) == expected
    assert {key[0] for key in expected} >= {
        "MENTIONS",
        "INTRODUCES",
        "SHARES_CONCEPTS",
        "BUILDS_ON",
        "VARIANT_OF",
    }


def test_processes_and_one_process_write_the_same_rows(tmp_path):
    made = random_papers(99, 60)
    folder = folder_of(made, 10, tmp_path / "parts")
    with open_engine("local", processes=2) as engine:
        woven = weave_parts(folder, tmp_path / "tables", engine=engine, papers_per_piece=35)
    assert woven == PartsWoven(papers=60, left_out=0)
    assert rows(read_tables(tmp_path / "tables")) == at_once(made)


def test_a_dask_cluster_of_processes_writes_the_same_rows(tmp_path):
    made = random_papers(100, 40)
    folder = folder_of(made, 20, tmp_path / "parts")
    with open_engine("dask", processes=2) as engine:
        weave_parts(folder, tmp_path / "tables", engine=engine, papers_per_piece=35)
    assert rows(read_tables(tmp_path / "tables")) == at_once(made)


def test_of_records_with_one_id_the_first_is_taken(tmp_path):
    made = random_papers(7, 40)
    again = [(replace(paper, venue="again"), found) for paper, found in made[5:9]]
    folder = folder_of([*made, *again], 12, tmp_path / "parts")
    with open_engine("local") as engine:
        woven = weave_parts(folder, tmp_path / "tables", engine=engine, papers_per_piece=15)
    assert woven == PartsWoven(papers=40, left_out=4)
    assert rows(read_tables(tmp_path / "tables")) == at_once(made)


def test_tables_are_complete_or_not_there(tmp_path):
    folder = folder_of(random_papers(1, 20), 10, tmp_path / "parts")
    by_partition(folder, tmp_path / "tables")
    (victim, *_) = (folder / "extractions").iterdir()
    victim.unlink()
    with pytest.raises(InputError, match="1 of 2 parts are not extracted yet"):
        by_partition(folder, tmp_path / "tables")
    read_tables(tmp_path / "tables")
    write_extractions([Extraction(paper_id="strange")] * 10, victim, "parquet")
    with pytest.raises(InputError, match="is not of the papers in"):
        by_partition(folder, tmp_path / "tables")
    with pytest.raises(InputError, match="holds no complete tables"):
        read_tables(tmp_path / "tables")


def test_a_folder_of_other_things_is_not_written_into(tmp_path):
    folder = folder_of(random_papers(1, 20), 10, tmp_path / "parts")
    with pytest.raises(InputError, match=r"parts: holds extractions, which is no table"):
        by_partition(folder, folder)
    assert (folder / "extractions").is_dir()


def test_a_disk_that_is_full_is_named(tmp_path):
    resource = pytest.importorskip("resource")
    folder = folder_of(random_papers(1, 20), 10, tmp_path / "parts")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, limit[1]))
    try:
        with pytest.raises(StoreError, match=r"tables: cannot be made: .*") as caught:
            by_partition(folder, tmp_path / "tables")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="holds no complete tables"):
        read_tables(tmp_path / "tables")
