"""The database of a plan keeps to its memory: what does not fit goes to a folder that need not exist yet."""

from pathlib import Path

from litloom.graph.weave.database import Limits, connect, disconnect


def test_rows_that_do_not_fit_into_memory_go_to_the_spill_folder(tmp_path: Path) -> None:
    spill = tmp_path / "work" / "spill"
    try:
        connection = connect(Limits(memory=40), spill)
        connection.execute("CREATE TABLE wide AS SELECT md5(i::VARCHAR) AS digest FROM range(3_000_000) t(i)")
        assert connection.sql("SELECT count(DISTINCT digest) FROM wide").fetchall() == [(3_000_000,)]
        assert any(spill.rglob("*.tmp"))
    finally:
        disconnect()
