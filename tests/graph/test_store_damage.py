"""A graph file that is damaged, or no regular file, is one clear error, and nothing beside it is touched."""

import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from litloom import LitloomError, Paper, StoreError, build, open_graph, remove
from litloom.graph.stores.base import open_store
from litloom.graph.stores.checksum import MARK, PAGE, verify_checksum
from tests.graph.test_store import tables, titles

pytestmark = pytest.mark.slow


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(tables("One"))
    return path


def flipped(file: Path, place: int, bit: int = 0) -> None:
    with file.open("rb+") as content:
        content.seek(place)
        (byte,) = content.read(1)
        content.seek(place)
        content.write(bytes([byte ^ 1 << bit]))


def test_a_flipped_bit_anywhere_is_noticed(graph_file: Path) -> None:
    whole = graph_file.read_bytes()
    places = random.Random(18).sample(range(len(whole) - PAGE), 60)
    for place in [0, len(whole) - PAGE - 1, *range(len(whole) - PAGE, len(whole) - PAGE + 40), *places]:
        graph_file.write_bytes(whole)
        flipped(graph_file, place, bit=place % 8)
        with pytest.raises(StoreError, match=r"damaged.*litloom build FILES --store") as error:
            open_graph(graph_file)
        assert str(graph_file) in str(error.value)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "cut by its last byte": lambda whole: whole[:-1],
    "without its last page": lambda whole: whole[:-PAGE],
    "longer by a byte": lambda whole: whole + b"x",
    "longer by a page": lambda whole: whole + bytes(PAGE),
    "zeros": lambda whole: bytes(len(whole)),
    "empty": lambda whole: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_and_stays_for_whoever_can_save_it(graph_file: Path, damage: str) -> None:
    spoilt = DAMAGES[damage](graph_file.read_bytes())
    graph_file.write_bytes(spoilt)
    paper = Paper(title="Adam", abstract="A CNN is trained with Adam.")
    for run in (
        open_graph,
        lambda store: build([paper], store, model="fast"),
        lambda store: remove("x", store),
    ):
        with pytest.raises(StoreError) as error:
            run(graph_file)
        assert len(str(error.value).splitlines()) == 1
    assert graph_file.read_bytes() == spoilt


def test_a_changed_graph_has_a_checksum_again(tmp_path: Path) -> None:
    path = tmp_path / "lit.lbug"
    papers = [Paper(title=f"On Looms {n}", abstract="A CNN is trained with Adam.") for n in range(12)]
    build(papers[:10], path, model="fast").close()
    build(papers[10:], path, model="fast").close()
    assert verify_checksum(path) == "right"
    assert path.read_bytes().count(MARK) == 1


@pytest.mark.parametrize("suffixes", [(".wal",), (".shadow",), (".wal", ".shadow")])
def test_what_another_program_left_beside_is_told_and_cleared_by_a_build(
    graph_file: Path, suffixes: tuple[str, ...]
) -> None:
    for suffix in suffixes:
        graph_file.with_name(graph_file.name + suffix).write_bytes(b"\x00" * 58)
    with pytest.raises(StoreError, match="litloom build FILES"):
        open_graph(graph_file)
    with open_store(graph_file, must_exist=False) as store:
        store.replace(tables("Two"))
    assert titles(graph_file) == ["Two"]
    assert [entry.name for entry in graph_file.parent.iterdir()] == [graph_file.name]


def test_what_stays_of_a_graph_that_was_deleted_does_not_get_into_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "g.lbug.wal").write_bytes(b"\x00" * 58)
    with open_store(tmp_path / "g.lbug", must_exist=False) as store:
        store.replace(tables("One"))
    assert titles(tmp_path / "g.lbug") == ["One"]


def test_the_log_of_a_database_that_is_not_litloom_s_stays(tmp_path: Path) -> None:
    import ladybug

    path = tmp_path / "other.lbug"
    database = ladybug.Database(str(path))
    ladybug.Connection(database).execute("CREATE NODE TABLE Mine(id STRING, PRIMARY KEY(id))")
    database.close()
    log = tmp_path / "other.lbug.wal"
    log.write_bytes(b"what was not written yet")
    with pytest.raises(StoreError):
        build([Paper(title="Adam")], path, model="fast")
    assert log.read_bytes() == b"what was not written yet"


def test_a_link_and_its_target_are_one_graph(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link, target = tmp_path / "z.lbug", folder / "y.lbug"
    link.symlink_to("elsewhere/y.lbug")
    paper, other = (Paper(title=title, abstract="A CNN is trained with Adam.") for title in ("One", "Two"))
    build([paper], link, model="fast").close()
    build([other], target, model="fast").close()
    for path in (link, target):
        with open_graph(path) as graph:
            assert graph.stats()[0] == {"what": "papers", "count": 2}
    assert link.is_symlink()
    assert {entry.name for entry in tmp_path.iterdir()} == {"z.lbug", "elsewhere"}
    assert {entry.name for entry in folder.iterdir()} == {"y.lbug", "y.lbug.extractions", "y.lbug.tables"}


def test_links_that_lead_in_a_circle_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.lbug").symlink_to("b.lbug")
    (tmp_path / "b.lbug").symlink_to("a.lbug")
    with pytest.raises(LitloomError, match=r"\.lbug"):
        open_graph(tmp_path / "a.lbug")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no fifos here")
@pytest.mark.timeout(60)
def test_what_is_no_file_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.lbug"
    os.mkfifo(fifo)
    for path in (fifo, Path("/dev/null"), tmp_path):
        for run in (open_graph, lambda store: build([Paper(title="Adam")], store, model="fast")):
            with pytest.raises(StoreError, match="not a regular file"):
                run(path)
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_link_in_the_way_of_a_build_is_not_followed(graph_file: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("my work")
    graph_file.with_name("g.lbug.building").symlink_to(precious)
    with open_store(graph_file) as store:
        store.replace(tables("Two"))
    assert (precious / "thesis.txt").read_text() == "my work"


@pytest.mark.parametrize("name", [".g.lbug.tables.new", ".g.lbug.tables.old"])
def test_a_link_in_the_way_of_tables_is_not_followed(tmp_path: Path, name: str) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("my work")
    store = tmp_path / "g.lbug"
    papers = [Paper(title=title, abstract="A CNN is trained with Adam.") for title in ("One", "Two")]
    build(papers[:1], store, model="fast").close()
    (tmp_path / name).symlink_to(precious)
    build(papers, store, model="fast").close()
    assert {entry.name for entry in precious.iterdir()} == {"thesis.txt"}
    assert {entry.name for entry in tmp_path.iterdir()} == {
        "precious",
        "g.lbug",
        "g.lbug.extractions",
        "g.lbug.tables",
    }
