"""What each package may import, how many modules a folder has, and that all packages are installed."""

import tomllib

import pytest

from scripts.code_structure import PLACES, ROOT, imported, modules

BASE = {"errors", "records", "progress", "normalize", "support"}
MAY_IMPORT = {
    "support": {"errors"},
    "readers": BASE | {"papers"},
    "extractors": BASE | {"readers"},
    "graph": BASE | {"papers", "readers", "extractors"},
    "queries": BASE | {"extractors", "graph"},
}
"""By room: the other rooms, and modules of `litloom` itself, that its modules may import."""
ONLY_IN = {
    "spacy": "litloom.extractors",
    "typer": "litloom.cli",
    "duckdb": "litloom.graph.weave",
    "ladybug": "litloom.graph.stores.ladybug",
    "neo4j": "litloom.graph.stores.neo4j",
    "pyvis": "litloom.graph.views",
    "distributed": "litloom.engines",
}
"""Libraries that one room alone knows."""
MOST_MODULES = 16
MANY_ARE_FINE = {ROOT / "src" / "litloom" / "readers" / "formats"}
"""Folders in which each module is one of a kind, such as a format."""


def is_in(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    known = {name.split(".")[1] for name, _ in modules() if "." in name}
    for name, file in modules():
        if is_in(name, f"litloom.{room}"):
            for other in imported(file):
                top = other.split(".")[1] if other.startswith("litloom.") else ""
                assert top not in known - {room} - MAY_IMPORT[room], f"{name} imports {other}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_to_one_room(library: str) -> None:
    users = [name for name, file in modules() if any(is_in(other, library) for other in imported(file))]
    assert users, "a library that nobody imports needs no rule"
    assert [name for name in users if not is_in(name, ONLY_IN[library])] == []


def test_only_the_command_line_imports_the_command_line() -> None:
    for name, file in modules():
        if not is_in(name, "litloom.cli") and name != "litloom.__main__":
            assert not any(is_in(other, "litloom.cli") for other in imported(file)), name


def test_every_package_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {
        ".".join([package, *file.parent.relative_to(folder).parts]): file.parent
        for package, folder in PLACES.items()
        for file in folder.rglob("__init__.py")
    }
    assert sorted(settings["packages"]) == sorted(folders)
    assert {name: ROOT / place for name, place in settings["package-dir"].items()} == folders


def test_folders_can_be_taken_in_at_a_glance() -> None:
    for folder in {file.parent for _, file in modules()} - MANY_ARE_FINE:
        count = len([file for file in folder.glob("*.py") if file.name != "__init__.py"])
        assert count <= MOST_MODULES, f"{folder} has {count} modules"
