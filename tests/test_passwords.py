"""A password in an address, however it is written, is neither printed nor written anywhere."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import litloom
from litloom import LitloomError, Paper, StoreError
from litloom.extractions.cache import extraction_folder
from litloom.graph.stores.address import is_uri, parse_address
from litloom.graph.stores.neo4j.settings import Neo4jSettings
from litloom.readers.base import InputError
from litloom.support.redact import redact
from tests.command import run_all

pytestmark = pytest.mark.slow

PW = "pW9xqZ7k"
ADDRESSES = (
    f"neo4j://neo4j:{PW}",
    f"neo4j+s://neo4j:{PW}%40h",
    f"neo4j://h?password={PW}",
    f"neo4j:/neo4j:{PW}@h",
    f"bolt:neo4j:{PW}@h",
    f" neo4j://neo4j:{PW}@h",
    f"neo4j://neo4j:{PW}@h\n",
    f"\u200bneo4j://neo4j:{PW}@h",
    f"neo4j\u200b://neo4j:{PW}@h",
    f"neo4j\x1b://neo4j:{PW}@h",
    f"neo4j\uff1a//neo4j:{PW}@h",
    f"NEO4J://neo4j:{PW}@h",
    f"Bolt+SSC://{PW}@h:7687",
    f"neo4j://neo4j:a@{PW}@h",
    f"neo4j://neo4j:a b {PW}@h",
    f"neo4j://neo4j:a/{PW}@h",
    f"neo4j://neo4j:a#{PW}@h",
    f"neo4j://neo4j:{PW}/",
    f"neo4j://h/{PW}",
    f"neo4j://h#{PW}",
    f"neo4j://h:{PW}",
    f"neo4j://h:7687:{PW}",
    f"neo4j://[::1]:{PW}",
    f"neo4j://[{PW}]",
    f"neo4j:///neo4j:{PW}@h",
    f"neo4j:neo4j:{PW}",
    f"neo4j:{PW}@h",
    f"http://neo4j:{PW}@localhost:7474",
    f"https://neo4j:{PW}@h/browser",
    f"jdbc:neo4j://h?user=neo4j&password={PW}",
    f"weird+scheme://neo4j:{PW}@h",
    f"ada:{PW}@h",
    f"'neo4j://neo4j:{PW}@h'",
    f"NEO4J_URI=neo4j://neo4j:{PW}@h",
)
FEW = ADDRESSES[:4]
COMMANDS = (
    "build papers.jsonl --store {}",
    "cypher RETURN+1 --store {}",
    "query similar --paper LoRA --store {}",
    "view map --store {}",
    "view --store {}",
    "view cypher RETURN+1 --store {}",
    "remove LoRA --store {}",
    "concepts --store {}",
    "export --format graphml --store {}",
    "export neo4j-import csv --store {}",
    "load tables --store {}",
)
MISUSES = (
    "{}",
    "{} stats",
    "stats {}",
    "stats --store lit.lbug {}",
    "stats --stor {}",
    "stats --stor={}",
    "stats --format {}",
    "demo --store {}",
    "demo --folder {}",
    "view map --max-nodes {}",
    "query {}",
    "query --queries {} --list",
    "cypher --parameter {} RETURN+1 --store lit.lbug",
    "build {}",
    "build papers.jsonl --concepts {}",
    "build papers.jsonl --model {}",
    "build papers.jsonl --format {}",
    "extract {} -o out.jsonl",
    "evaluate {}",
    "weave {} -o tables2",
    "weave parts -o tables2 --scheduler {}",
    "remove --from {} --store lit.lbug",
)


def filled(templates: tuple[str, ...], address: str) -> list[list[str]]:
    return [
        [word.replace("{}", address).replace("+", " ") if word == "RETURN+1" else word.replace("{}", address)
         for word in line.split()]
        for line in templates
    ]  # fmt: skip


def check_nothing_told(cases: list[list[str]], folder: Path, **environment: str) -> None:
    (folder / "cwd").mkdir()
    (folder / "cwd/papers.jsonl").write_text('{"title": "LoRA", "abstract": "We fine-tune GPT-3."}\n')
    for arguments, ended in zip(cases, run_all(cases, folder, **environment), strict=True):
        assert PW not in ended.stdout + ended.stderr, arguments
        assert ended.returncode == 2, (arguments, ended)
        assert "Traceback" not in ended.stderr or "LITLOOM_DEBUG" in environment, ended.stderr
    for path in folder.rglob("*"):
        assert PW not in str(path)
        assert not path.is_file() or PW.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.split()[:2]))
def test_no_command_tells_the_password_of_its_store(tmp_path: Path, command: str) -> None:
    check_nothing_told([case for address in FEW for case in filled((command,), address)], tmp_path)


@pytest.mark.parametrize("address", FEW[2:])
def test_no_misuse_of_a_command_tells_the_password(tmp_path: Path, address: str) -> None:
    check_nothing_told(filled(MISUSES, address), tmp_path)


def test_no_traceback_tells_the_password(tmp_path: Path) -> None:
    cases = [case for address in ADDRESSES for case in filled(("stats --store {}",), address)]
    check_nothing_told(cases, tmp_path, LITLOOM_DEBUG="1")


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_error_of_python_tells_the_password(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    ways = (
        lambda: litloom.open_graph(address),
        lambda: litloom.open_graph(Path(address)),
        lambda: litloom.build([Paper(title="LoRA")], address),
        lambda: litloom.remove("LoRA", address),
        lambda: litloom.build(address),
    )
    for way in ways:
        with pytest.raises(LitloomError) as caught:
            way()
        assert PW not in str(caught.value) + repr(caught.value) + caplog.text
    if is_uri(address):
        with pytest.raises(StoreError) as caught:
            extraction_folder(address)
        assert PW not in str(caught.value)
        with pytest.raises(StoreError) as caught:
            Neo4jSettings(uri=address)
        assert PW not in str(caught.value)
    assert not [path for path in tmp_path.rglob("*") if PW in str(path)]


def test_the_password_of_the_environment_is_hidden_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for password in (PW, "p w'q\\z", "pässwörd%"):
        monkeypatch.setenv("NEO4J_PASSWORD", password)
        assert password not in redact(f"the server said {password!s} is wrong")
        assert repr(password)[1:-1] not in redact(f"the server said {password!r} is wrong")
        assert password not in str(InputError(password, f"{password} is no file"))
    monkeypatch.setenv("NEO4J_PASSWORD", "neo")  # too short to be told from other words
    assert redact("neo4j://neo") == "neo4j://neo"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("neo4j://localhost", "neo4j://localhost"),
        (" neo4j://localhost:7687/ ", "neo4j://localhost:7687"),
        ("NEO4J+S://Abc-1.Databases.neo4j.io", "neo4j+s://abc-1.databases.neo4j.io"),
        ("bolt://127.0.0.1:7687", "bolt://127.0.0.1:7687"),
        ("bolt://[::1]:7687", "bolt://[::1]:7687"),
        ("neo4j://[2001:db8::1]", "neo4j://[2001:db8::1]"),
        ("neo4j://my_host", "neo4j://my_host"),
        ("neo4j://bücher.example", "neo4j://bücher.example"),
    ],
)
def test_plain_addresses_are_taken_and_shown(written: str, taken: str) -> None:
    assert is_uri(written)
    assert str(parse_address(written)) == taken
    assert redact(f"{taken}: gone; see {taken}, or '{taken}'") == f"{taken}: gone; see {taken}, or '{taken}'"
    assert Neo4jSettings(uri=written).uri == taken


@pytest.mark.parametrize(
    "path",
    [
        "lit.lbug",
        "C:\\lit.lbug",
        "C:/lit.lbug",
        "./a:b.lbug",
        "/data/a:b.lbug",
        "a@b.lbug",
        "../x",
        "图.lbug",
    ],
)
def test_paths_are_no_addresses(path: str) -> None:
    assert not is_uri(path)
    assert not is_uri(Path(path))


@pytest.mark.parametrize(
    "text",
    [
        "bad.bib:3:@string is not closed",
        "a.bib:12, record 4: unknown entry type @artcle",
        "https://medium.com/@user/post: no such file",
        "https://doi.org/10.1000/182: no such file",
        "arXiv:2106.09685 and arXiv:1706.03762 fit",
        "write neo4j:// instead, or neo4j+ssc://",
        "'neo4j://HOST:7687' (all schemes: neo4j, bolt)",
        "(n:Paper)-[:MENTIONS]->(m) is not valid",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert redact(text) == text


secrets = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=8, max_size=20).filter(
    lambda s: not s.startswith(("/", ":", "@")) and not s.isdigit() and any(c.isalnum() for c in s)
)


@given(secrets, st.sampled_from(["neo4j://", "bolt+s://", "http://", "NEO4J://", "neo4j:/", "x:"]))
def test_whatever_the_password_it_is_not_in_the_refusal(secret: str, begin: str) -> None:
    from litloom.graph.stores.base import open_store

    for address in (f"{begin}ada:{secret}@host", f"{begin}ada:{secret}@host:7687/x"):
        with pytest.raises(StoreError) as caught:
            open_store(address)
        assert secret not in str(caught.value)
