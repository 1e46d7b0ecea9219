"""What litloom reads back is damaged, a bit here or a half there: the same graph, or one clear error.

Each kind of file is damaged in many ways, each time in a fresh copy of what a build, an extraction or a
weaving left. `tests.campaign.scale` says how long each kind may take.
"""

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from litloom import Extraction, LitloomError, Paper, build
from litloom.engines import open_engine
from litloom.extractions.cache import ExtractionCache
from litloom.extractions.extract_parts import extract_parts
from litloom.extractions.precomputed import precomputed
from litloom.extractors import Extractor, read_extractions
from litloom.extractors.model_files import MODELS, model_name
from litloom.graph.export.neo4j_bulk import export_rows
from litloom.graph.parquet_tables import StoredTables, read_tables
from litloom.graph.weave.kernel_cache import cached_file
from litloom.kept_tables import KeptTables
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.paper_index import PaperIndex
from litloom.weave_parts import weave_parts
from tests.campaign import scale

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scale.TIMEOUT)]

FLIPS = 40 if scale.FULL else 10
"""Bits that are flipped in each kind of file, at least."""
MODEL = model_name(MODELS / "fast")
PAPERS = tuple(
    Paper(
        id=f"p{number}",
        title=f"Loom-{number}: Low-Rank Adaptation of GPT-{number % 3}",
        abstract=f"We propose Loom-{number} (LN). It is trained on NVIDIA V100 GPUs, and evaluated on GLUE.",
        year=2000 + number,
    )
    for number in range(6)
)

Damage = tuple[str, Callable[[Path], None]]


def flip(place: float, bit: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[int(place * (len(content) - 1))] ^= 1 << bit
        file.write_bytes(content)

    return damage


def cut(share: float) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)]) and None


def append(more: bytes) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(file.read_bytes() + more) and None


def replaced_by(other: Path) -> Callable[[Path], None]:
    return lambda file: shutil.copyfile(other, file) and None


def damages(others: tuple[Path, ...], flips: int) -> Iterator[Damage]:
    """Yield what to do to a file: so many flips, and then more of them while there is time."""
    chance = random.Random(scale.SEED)
    begun = monotonic()
    for other in others:
        yield f"replaced by {other.name}", replaced_by(other)
    yield "removed", lambda file: file.unlink()
    yield "emptied", cut(0)
    yield "cut to half", cut(0.5)
    yield "without its last bytes", cut(0.99)
    for more in (b"\0", b"PAR1", bytes(64), b"x" * 200)[:: 1 if scale.FULL else 3]:
        yield f"with {len(more)} more bytes", append(more)
    for number in range(flips):
        yield f"flip {number}", flip(number / max(flips - 1, 1), chance.randrange(8))
    while monotonic() - begun < scale.DAMAGE_SECONDS:
        place, bit = chance.random(), chance.randrange(8)
        yield f"flip of bit {bit} at {place}", flip(place, bit)


@dataclass(frozen=True)
class Left:
    """What a build, an extraction and a weaving left behind, never changed."""

    store: Path
    parts: Path
    tables: Path
    found: list[Extraction]
    rows: object


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("left")
    build(PAPERS[:4], folder / "lit.lbug", model="fast", processes=1).close()
    build(PAPERS, folder / "lit.lbug", model="fast", processes=1).close()
    with open_engine("local") as engine:
        extract_parts(PAPERS, folder / "parts", engine=engine, model="fast", partition_size=2)
        weave_parts(folder / "parts", folder / "tables", engine=engine)
    found = list(Extractor("fast").extract(PAPERS))
    tables = folder / "tables"
    return Left(folder / "lit.lbug", folder / "parts", tables, found, rows_of(tables))


def rows_of(tables: Path) -> object:
    read = read_tables(tables)
    return {
        str(key): sorted(map(repr, table.to_pylist())) for key, table in {**read.nodes, **read.edges}.items()
    }


def tried(
    original: Path,
    name: str,
    tmp_path: Path,
    check: Callable[[Path], None],
    others: tuple[Path, ...] = (),
    files: int = 1,
    *,
    may_fail: bool = True,
) -> None:
    """Damage a file of a folder in every way; `check` is given a copy of the folder each time.

    It is one of so many files that share `FLIPS`. Where it `may_fail`, it may end in a clear error.
    """
    copy = tmp_path / "copy"
    for told, damage in damages(others, -(-FLIPS // files)):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(original, copy)
        damage(copy / name)
        try:
            failed = error_of(partial(check, copy))
        except Exception as error:
            raise AssertionError(f"{name} {told}: {type(error).__name__}") from error
        assert "\n" not in failed, told
        assert may_fail or not failed, told


def error_of(work: Callable[[], object]) -> str:
    """Return the error message of some work; ``""`` if it succeeds."""
    try:
        work()
    except LitloomError as error:
        return str(error)
    return ""


def test_the_cache(left: Left, tmp_path: Path) -> None:
    """Each damage costs the texts of one part, and no more."""
    cache = left.store.with_name("lit.lbug.extractions")
    parts = sorted(cache.glob("fast-*/*.parquet"))
    model = parts[0].parent.name
    other = ExtractionCache(tmp_path / "other", MODEL)
    other.fill(LazyPapers.of_all([Paper(title="Another")]), Extractor("fast").extract)
    (another,) = (tmp_path / "other").glob("*/*.parquet")
    whole = kept_in(parts)

    def check(folder: Path) -> None:
        def reader(papers: list[Paper]) -> Iterator[Extraction]:
            wanted = {paper.id for paper in papers}
            return (one for one in left.found if one.paper_id in wanted)

        kept = ExtractionCache(folder, MODEL)
        assert whole.items() <= kept_in(kept.fill(LazyPapers.of_all(PAPERS), reader)).items()
        kept.tidy(PAPERS)
        assert kept_in(ExtractionCache(folder, MODEL).fill(LazyPapers.of_all(PAPERS), unwanted)) == whole

    for part in parts:
        tried(cache, f"{model}/{part.name}", tmp_path, check, (another,), len(parts), may_fail=False)


def kept_in(files: Iterable[Path]) -> dict[str, str]:
    """Return the extractions in the files of a cache, by the digest of their text."""
    found = [one for file in files for one in read_extractions(file)]
    assert len({one.paper_id for one in found}) == len(found)
    return {one.paper_id: repr(replace(one, paper_id="")) for one in found}


def unwanted(papers: list[Paper]) -> Iterator[Extraction]:
    raise AssertionError(f"{len(papers)} papers are processed again")


def test_a_damaged_cache_gives_the_same_graph(left: Left, tmp_path: Path, caplog) -> None:  # type: ignore[no-untyped-def]
    """The whole way, for a few of the damages."""
    expected = graph_of(left.store)
    for bit in range(3 if scale.DAMAGE_SECONDS else 1):
        folder = tmp_path / str(bit)
        shutil.copytree(left.store.with_name("lit.lbug.extractions"), folder / "new.lbug.extractions")
        (part, *_) = (folder / "new.lbug.extractions").glob("fast-*/*.parquet")
        flip(0.1 + 0.4 * bit, bit)(part)
        caplog.clear()
        build(PAPERS, folder / "new.lbug", model="fast", processes=1).close()
        assert graph_of(folder / "new.lbug") == expected
        (told,) = caplog.messages
        assert "1 damaged part dropped; 6 texts will be processed again" in told


def graph_of(store: Path) -> object:
    from litloom import open_graph

    with open_graph(store) as graph:
        network = graph.to_networkx()
        return sorted(map(repr, network.nodes(data=True))), sorted(map(repr, network.edges(data=True)))


def test_what_is_known_of_papers(left: Left, tmp_path: Path) -> None:
    """What is kept of the papers is right, or as good as none; so is what kernels computed."""
    beside = left.store.with_name("lit.lbug.extractions")
    fingerprint = noted_of(left.store)["fingerprint"]
    index = PaperIndex.read(beside, fingerprint)
    assert index is not None
    build(PAPERS[:3], tmp_path / "o.lbug", model="fast", processes=1).close()
    others = tmp_path / "o.lbug.extractions"

    def check(folder: Path) -> None:
        read = PaperIndex.read(folder, fingerprint)
        assert read is None or read.ids == index.ids

    tried(beside, "papers.parquet", tmp_path, check, (others / "papers.parquet",), may_fail=False)
    kernels = sorted(beside.glob("kernels-*/*.rows"))
    assert kernels
    for file in kernels:
        name, whole = file.stem.rpartition("-")[0], file.read_bytes()
        (other,) = others.glob(f"kernels-*/{name}-*.rows")

        def check_kernel(folder: Path, name: str = name, whole: bytes = whole) -> None:
            found = cached_file(folder, name)
            assert found is None or found.read_bytes() == whole

        tried(file.parent, file.name, tmp_path, check_kernel, (other,), len(kernels), may_fail=False)


def test_the_tables_beside_a_store(left: Left, tmp_path: Path) -> None:
    """They are right, or as good as none: the graph is then woven and loaded anew."""
    tables = left.store.with_name("lit.lbug.tables")
    noted = noted_of(left.store)
    whole = rows_of(tables)
    files = sorted(file.relative_to(tables).as_posix() for file in tables.rglob("*.parquet"))

    def check(folder: Path) -> None:
        found = KeptTables(folder).of(noted)
        assert found is None or rows_of(found) == whole

    for name in ("tables.json", files[0], files[-1]):
        tried(tables, name, tmp_path, check, (tables / files[1],), 3, may_fail=False)


def test_the_store(left: Left, tmp_path: Path) -> None:
    """It is opened as it was, or it is one error; its tables give it back to a build."""
    expected = graph_of(left.store)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copyfile(left.store, alone / "lit.lbug")
    build(PAPERS[:3], tmp_path / "o.lbug", model="fast", processes=1).close()

    def check(folder: Path) -> None:
        assert graph_of(folder / "lit.lbug") == expected

    tried(alone, "lit.lbug", tmp_path, check)
    folder = tmp_path / "with tables"
    shutil.copytree(left.store.parent, folder)
    flip(0.3, 1)(folder / "lit.lbug")
    build(PAPERS, folder / "lit.lbug", model="fast", processes=1).close()
    assert graph_of(folder / "lit.lbug") == expected


MADE_OF = ("schema_version", "version", "model", "fingerprint", "corrections")


def noted_of(store: Path) -> dict[str, str]:
    from litloom import open_graph

    with open_graph(store) as graph:
        noted: dict[str, str] = graph.cypher("MATCH (l:Litloom) RETURN l")[0]["l"]
        return {name: noted[name] for name in MADE_OF}


def test_parts(left: Left, tmp_path: Path) -> None:
    """Weaving tells of damage, and another extraction, or a build that takes from them, mends it."""
    extractor = Extractor("fast")

    def check(folder: Path) -> None:
        def taken() -> None:
            found = precomputed(folder, MODEL, extractor.extract)(list(PAPERS))
            assert list(found) == left.found

        failed = error_of(taken)
        assert not failed or "parts.json" in failed
        with suppress(LitloomError), open_engine("local") as engine:
            weave_parts(folder, tmp_path / "tables", engine=engine)
            assert rows_of(tmp_path / "tables") == left.rows

    (papers, _, other_papers), (found, _, other_found) = (
        sorted((left.parts / kind).iterdir()) for kind in ("papers", "extractions")
    )
    for name, other in (
        ("parts.json", left.tables / "tables.json"),
        (f"papers/{papers.name}", other_papers),
        (f"extractions/{found.name}", other_found),
    ):
        tried(left.parts, name, tmp_path, check, (other,), 3)


def test_damaged_parts_are_mended_by_extracting_again(left: Left, tmp_path: Path) -> None:
    for kind in ("papers", "extractions"):
        for number, damage in enumerate((flip(0.5, 3), cut(0.9), append(b"x"), cut(0))):
            folder = tmp_path / f"{kind}{number}"
            shutil.copytree(left.parts, folder)
            damage(sorted((folder / kind).iterdir())[1])
            with open_engine("local") as engine:
                extract_parts(PAPERS, folder, engine=engine, model="fast", partition_size=2)
            for file in left.parts.rglob("*.parquet"):
                assert (folder / file.relative_to(left.parts)).read_bytes() == file.read_bytes()


def test_tables(left: Left, tmp_path: Path) -> None:
    """Loading and exporting give what the whole tables give, or tell of the file."""
    expected = exported(left.tables, tmp_path / "expected")
    bulk = tmp_path / "bulk"

    def check(folder: Path) -> None:
        shutil.rmtree(bulk, ignore_errors=True)

        def loaded() -> None:
            assert rows_of(folder) == left.rows

        failed = error_of(loaded)
        if not failed:
            assert exported(folder, bulk) == expected
            return
        assert "litloom weave" in failed
        assert "litloom weave" in error_of(lambda: exported(folder, bulk))
        assert not bulk.exists() or not any(bulk.iterdir())

    files = sorted(file.relative_to(left.tables).as_posix() for file in left.tables.rglob("*.parquet"))
    chosen = ["nodes/Paper/000000.parquet", "nodes/Litloom/000000.parquet", files[0]]
    tried(left.tables, "tables.json", tmp_path, check, (left.parts / "parts.json",), 4)
    for name in chosen:
        tried(left.tables, name, tmp_path, check, (left.tables / files[-1],), 4)


def exported(tables: Path, folder: Path) -> dict[str, bytes]:
    export_rows(StoredTables(tables), folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_model(left: Left, tmp_path: Path) -> None:
    """The same mentions, or the file by its name."""
    names = [
        file.relative_to(MODELS / "fast").as_posix()
        for file in (MODELS / "fast").rglob("*")
        if file.is_file()
    ]

    def check(folder: Path) -> None:
        assert list(Extractor(folder).extract(PAPERS[:1])) == left.found[:1]

    for name in names:
        tried(MODELS / "fast", name, tmp_path, check, files=len(names))
