from pathlib import Path

import pytest

from litloom.graph.schema import EDGES, NODES

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


KEPT_FOR_LITLOOM = {"Litloom"}


@pytest.mark.parametrize("name", sorted({*NODES, *EDGES} - KEPT_FOR_LITLOOM))
def test_the_readme_names_all_that_a_graph_is_made_of(name):
    assert f"`{name}`" in README
