"""Addresses and environment: what is taken, and what is refused with a hint."""

import pytest

from litloom import StoreError
from litloom.extractions.cache import extraction_folder
from litloom.graph.stores.address import SCHEMES, parse_address
from litloom.graph.stores.neo4j.settings import Neo4jSettings


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_of_the_driver_is_taken(scheme: str) -> None:
    for address in (f"{scheme}://db.example.org:7687", f"{scheme}://[::1]:7687"):
        assert str(parse_address(address)) == address


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://localhost:7474", "neo4j://localhost:7687"),
        ("https://ada:s3cret@db.example.org:7473/browser/", "neo4j://HOST:7687"),
        ("ftp://ada:s3cret@example.org", "such as lit.lbug"),
        ("neo4j://ada:s3cret@example.org", "NEO4J_PASSWORD"),
        ("neo4j://", "names no server"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_a_password(uri: str, says: str) -> None:
    with pytest.raises(StoreError) as refused:
        parse_address(uri)
    assert says in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_the_environment_says_how_to_log_in() -> None:
    given = {"NEO4J_USERNAME": "ada", "NEO4J_PASSWORD": "s3cret", "NEO4J_NOTIFICATIONS": "warning"}
    settings = Neo4jSettings.from_environment("bolt://localhost", given)
    assert (settings.username, settings.password, settings.notifications) == ("ada", "s3cret", "WARNING")
    assert "s3cret" not in repr(settings)
    assert Neo4jSettings.from_environment("bolt://localhost", {"NEO4J_PASSWORD": ""}).password is None


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(StoreError, match="OFF, WARNING, INFORMATION"):
        Neo4jSettings.from_environment("bolt://localhost", {"NEO4J_NOTIFICATIONS": "LOUD"})


def test_every_database_has_its_own_extractions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    one = extraction_folder("neo4j://localhost:7687")
    assert one.as_posix().startswith("/cache/litloom/stores/localhost-7687")
    assert extraction_folder("bolt://localhost:7687/") == one
    monkeypatch.setenv("NEO4J_DATABASE", "papers")
    assert extraction_folder("neo4j://localhost:7687") != one
