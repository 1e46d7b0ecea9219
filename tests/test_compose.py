"""The compose file is valid, pinned, closed to other machines, and holds no password."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import neo4j_server

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    (only,) = services.values()
    return only


def check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_keeps_to_the_schema_of_compose_files() -> None:
    checked = check(FILE)
    assert checked.returncode == 0, checked.stdout


def test_the_check_would_notice_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(
        FILE.read_text(encoding="utf-8").replace("healthcheck:", "health_check:"), encoding="utf-8"
    )
    assert check(wrong).returncode == 1


def test_it_runs_the_release_that_the_tests_run(service: dict[str, Any]) -> None:
    assert service["image"] == f"neo4j:{neo4j_server.VERSION}-community"


def test_only_this_machine_reaches_it(service: dict[str, Any]) -> None:
    assert [port.rpartition(":")[0] for port in service["ports"]] == ["127.0.0.1:7474", "127.0.0.1:7687"]


def test_it_says_when_it_is_ready_and_keeps_its_data(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"]
    named = yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"]
    assert [volume.partition(":")[0] for volume in service["volumes"]] == list(named)


def test_the_password_is_asked_for_and_nowhere_given(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"neo4j/\$\{NEO4J_PASSWORD:\?[^}]+\}", service["environment"]["NEO4J_AUTH"])
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.search(r"^NEO4J_PASSWORD=$", example, re.MULTILINE)
    assert "/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def test_it_fits_a_laptop(service: dict[str, Any]) -> None:
    memory = {name: value for name, value in service["environment"].items() if "memory" in name}
    sizes = {"m": 1, "G": 1024}
    assert (
        512
        <= sum(int(value[:-1]) * sizes[value[-1]] for name, value in memory.items() if "init" not in name)
        <= 4096
    )
