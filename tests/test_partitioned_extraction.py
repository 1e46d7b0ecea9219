"""Extraction in parts: the same bytes wherever it runs, nothing twice, nothing half written."""

import gzip
import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from litloom import build
from litloom.cli.app import app
from litloom.engines import dask as dask_module
from litloom.engines import open_engine
from litloom.errors import EngineError, InputError
from litloom.extractions.extract_parts import extract_parts
from litloom.extractions.partitions import MANIFEST, read_manifest, read_partitions
from litloom.extractors import Extractor, read_extractions
from litloom.progress import Progress
from litloom.readers import read_papers
from litloom.records import Paper
from tests.command import start

pytestmark = pytest.mark.slow

PAPERS = tuple(
    Paper(
        id=f"p{number:02}",
        title=f"Loom-{number}: Low-Rank Adaptation of GPT-{number % 4}",
        abstract=f"We propose Loom-{number} (LN). It is trained on NVIDIA V100 GPUs, and evaluated on GLUE. "
        * 2,
        year=2000 + number % 20,
        sources=("a.jsonl",),
    )
    for number in range(24)
)


def contents(folder: Path) -> dict[str, bytes]:
    files = (*folder.glob("*/*.parquet"), folder / MANIFEST)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def inodes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in folder.glob("extractions/*.parquet")}


def in_parts(papers: tuple[Paper, ...], folder: Path, **options):  # type: ignore[no-untyped-def]
    with open_engine("local") as engine:
        return extract_parts(papers, folder, engine=engine, model="fast", partition_size=2, **options)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("here")
    in_parts(PAPERS, folder)
    return folder


@pytest.fixture(scope="module")
def cluster():  # type: ignore[no-untyped-def]
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as started:
        yield started


def test_parts_hold_what_extraction_finds_paper_by_paper(here, extractor_fast):
    _, partitions = read_partitions(here)
    assert [partition.papers for partition in partitions] == [2] * 12
    assert [paper for part in partitions for paper in part.read_papers()] == list(PAPERS)
    found = [extraction for part in partitions for extraction in part.read_extractions()]
    assert found == list(extractor_fast.extract(PAPERS))
    assert all(extraction.mentions for extraction in found)


def test_a_worker_killed_in_mid_run_costs_only_its_own_part(cluster, here, tmp_path):
    from distributed import Client

    done_before = {}

    class Killing(Progress):
        @contextmanager
        def stage(self, name, total=None):
            def advance(papers):
                busy = [worker for worker, tasks in client.processing().items() if tasks]
                if name == "extract" and not done_before and busy:
                    done_before.update(inodes(tmp_path))
                    os.kill(processes[busy[0]], signal.SIGKILL)

            yield advance

    with Client(cluster.scheduler_address) as client:
        processes = client.run(os.getpid)
        with open_engine("dask", scheduler=cluster.scheduler_address) as engine:
            extract_parts(PAPERS, tmp_path, engine=engine, model="fast", partition_size=2, progress=Killing())
        client.wait_for_workers(2, timeout=120)
        assert len(set(processes.values()) - set(client.run(os.getpid).values())) == 1
    assert 0 < len(done_before) < 12
    assert contents(tmp_path) == contents(here)
    assert inodes(tmp_path).items() >= done_before.items()
    assert not list((tmp_path / "extractions").glob(".*"))


def test_workers_of_another_version_are_refused_by_name(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("litloom.extractions.extract_parts.version", lambda name: "99.0")
    with (
        open_engine("dask", scheduler=cluster.scheduler_address) as engine,
        pytest.raises(EngineError, match=r"worker tcp://\S+ has litloom (?!99)\S+ .* here is litloom 99\.0"),
    ):
        extract_parts(PAPERS, tmp_path, engine=engine, model="fast")
    assert not list(tmp_path.glob("extractions/*"))


def test_an_error_on_a_worker_arrives_as_it_is(cluster, tmp_path):
    with (
        open_engine("dask", scheduler=cluster.scheduler_address) as engine,
        pytest.raises(InputError, match=r"none\.jsonl: cannot be read"),
    ):
        list(engine.run(_read_all, [tmp_path / "none.jsonl"]))


def _read_all(path):
    return list(read_extractions(path))


def test_a_second_run_reads_only_what_is_new(tmp_path):
    in_parts(PAPERS, tmp_path)
    before = inodes(tmp_path)
    assert in_parts(PAPERS, tmp_path).kept == 12
    assert inodes(tmp_path) == before
    changed = (*PAPERS[:7], Paper(id="new", title="Anew", sources=("a.jsonl",)), *PAPERS[8:])
    assert in_parts(changed, tmp_path).kept == 11
    assert inodes(tmp_path).items() > before.items()
    assert sum(len(part.read_papers()) for part in read_partitions(tmp_path)[1]) == len(changed)


def test_a_damaged_part_is_written_again(here, tmp_path):
    in_parts(PAPERS, tmp_path)
    damaged = sorted((tmp_path / "extractions").iterdir())[3]
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(
        InputError, match="1 of 12 parts are not extracted yet; run the same litloom extract again"
    ):
        read_partitions(tmp_path)
    assert in_parts(PAPERS, tmp_path).kept == 11
    assert contents(tmp_path) == contents(here)


def test_processes_write_the_same_bytes(here, tmp_path):
    with open_engine("local", processes=2) as engine:
        extract_parts(PAPERS, tmp_path, engine=engine, model="fast", partition_size=2)
    assert contents(tmp_path) == contents(here)


def test_a_packed_file_is_cut_and_files_are_kept_apart(tmp_path):
    for name, some in (("one.jsonl.gz", PAPERS[:5]), ("two.jsonl.gz", PAPERS[5:8])):
        with gzip.open(tmp_path / name, "wt") as file:
            file.writelines(json.dumps({"id": p.id, "title": p.title}) + "\n" for p in some)
    command = ["extract", str(tmp_path / "*.gz"), "-o", f"{tmp_path / 'parts'}/", "--model", "fast"]
    result = CliRunner().invoke(app, [*command, "--partition-size", "2"])
    assert result.exit_code == 0, result.output
    assert "8 papers in 5 parts" in result.stderr
    _, partitions = read_partitions(tmp_path / "parts")
    assert [part.papers for part in partitions] == [2, 2, 1, 2, 1]
    read = [paper for part in partitions for paper in part.read_papers()]
    assert read == list(read_papers(str(tmp_path / "*.gz")))


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_all_processes_and_leaves_whole_parts(tmp_path):
    with (tmp_path / "in.jsonl").open("w") as file:
        for number in range(1000):
            file.write(
                json.dumps({"id": f"p{number}", "title": f"GPT-{number}", "abstract": "On GPUs. " * 50})
                + "\n"
            )
    options = ("--model", "fast", "--processes", "2", "--partition-size", "5")
    running = start("extract", "in.jsonl", "-o", "parts/", *options, folder=tmp_path)
    while not list(tmp_path.glob("parts/extractions/*.parquet")):
        assert running.poll() is None, running.communicate()
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in told
    _, partitions = read_manifest(tmp_path / "parts")
    written = [part for part in partitions if part.extractions_file.exists()]
    assert 0 < len(written) < len(partitions)
    assert all(part.is_extracted for part in written)


def test_what_is_missing_is_told_in_one_line(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"holds no parts\.json"):
        read_partitions(tmp_path)
    monkeypatch.setattr(dask_module, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(EngineError, match=r"127\.0\.0\.1:9: no Dask scheduler answers there"),
        open_engine("dask", scheduler="tcp://127.0.0.1:9"),
    ):
        pass
    with (
        pytest.raises(EngineError, match="only --engine dask has a scheduler"),
        open_engine("local", scheduler="x"),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r'pip install "litloom\[dask\]"'), open_engine("dask"):
        pass


def test_a_build_takes_what_was_extracted_elsewhere_and_reads_the_rest(here, monkeypatch):
    unknown = Paper(id="more", title="Loom-99", abstract="Loom-99 is trained on GPUs.")
    moved = replace(PAPERS[3], id="moved")
    papers = (*PAPERS[:3], moved, unknown)
    with build(papers, model="fast") as graph:
        expected = sorted(graph.cypher(EVERY_MENTION).values)
    read = []
    monkeypatch.setattr(Extractor, "extract", _noting(read, Extractor.extract))
    with build(papers, model="fast", extractions=here) as graph:
        assert sorted(graph.cypher(EVERY_MENTION).values) == expected
    assert [paper.id for paper in read] == ["more"]


def test_extractions_of_another_model_are_refused_by_name(here, tmp_path):
    with pytest.raises(
        InputError, match=r"was extracted by model fast\S+, and this is accurate\S+: use that one"
    ):
        build(PAPERS, extractions=here)
    in_parts(PAPERS[:2], tmp_path, min_confidence=0.9)
    with pytest.raises(InputError, match=r"lacks mentions below confidence 0\.9"):
        build(PAPERS, model="fast", extractions=tmp_path)


EVERY_MENTION = "MATCH (p:Paper)-[m:MENTIONS]->(c) RETURN p.id AS p, c.id AS c, m.evidence AS sentence"


def _noting(read, extract):
    def noting(self, papers, **options):
        papers = list(papers)
        read.extend(papers)
        return extract(self, papers, **options)

    return noting


@pytest.fixture(scope="module")
def extractor_fast():
    return Extractor("fast")
