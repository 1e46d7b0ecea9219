"""One browser for all tests of pages, and one Neo4j for all tests of its store."""

from collections.abc import Iterator

import pytest

from tests.browser import Browser
from tests.neo4j_server import TestServer, serve


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="session")
def neo4j_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    yield from serve(tmp_path_factory.mktemp("neo4j"))


@pytest.fixture
def server(
    neo4j_running: TestServer, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> TestServer:
    """A Neo4j with an empty database, which the environment says how to log in to."""
    neo4j_running.empty()
    for name, value in neo4j_running.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    return neo4j_running
