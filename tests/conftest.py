"""What all tests share: the annotated data, a browser, a Neo4j server, and a graph of a few papers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from litloom import Graph, Paper, build, sample_corpus
from tests.browser import Browser
from tests.campaign import scale

if TYPE_CHECKING:
    from tests.neo4j_server import TestServer

settings.register_profile("litloom", deadline=None, derandomize=not scale.FULL, max_examples=scale.EXAMPLES)
settings.load_profile("litloom")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs the annotated papers and real pages beside the checkout, which are not published")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _models() -> None:
    """See `tests.models`."""
    from tests.models import load_once

    load_once()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="session")
def neo4j_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    from tests.neo4j_server import serve

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


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What runs in the background of a shell is started with interrupts ignored."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one process, and those that need the one Neo4j; all of these are slow."""
    for item in items:
        needs = getattr(item, "fixturenames", ())
        neo4j = "neo4j_running" in needs
        item.add_marker(pytest.mark.xdist_group("neo4j" if neo4j else item.nodeid.partition("::")[0]))
        if neo4j or "browser" in needs or item.get_closest_marker("integration"):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a skipped integration test is a failure: the program that it needs must be there."""
    report = yield
    if report.skipped and item.get_closest_marker("integration") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


PAPERS = (
    Paper(
        id="lora",
        title="LoRA: Low-Rank Adaptation of Large Language Models",
        abstract="We propose Low-Rank Adaptation (LoRA), which freezes GPT-3 and trains small matrices. "
        "LoRA needs one third of the GPU memory, and matches fine-tuning on the GLUE benchmark in accuracy.",
        year=2021,
        authors=("Edward Hu",),
        arxiv_id="2106.09685",
    ),
    Paper(
        id="qlora",
        title="QLoRA: Efficient Finetuning of Quantized LLMs",
        abstract="QLoRA backpropagates through a frozen 4-bit model into LoRA adapters. "
        "It trains large language models on a single GPU and is evaluated on the Vicuna benchmark and MMLU.",
        year=2023,
        references=("arxiv:2106.09685",),
    ),
    Paper(
        id="bert",
        title="BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
        abstract="BERT is pre-trained with masked language modeling on Wikipedia. "
        "Fine-tuning it gives the best accuracy on the GLUE benchmark and on SQuAD question answering.",
        year=2018,
    ),
    Paper(
        id="resnet",
        title="Deep Residual Learning for Image Recognition",
        abstract="Residual networks are trained on ImageNet with stochastic gradient descent on GPUs. "
        "They win the ILSVRC competition in image classification with a top-5 error of 3.57%.",
        year=2015,
    ),
)


@pytest.fixture(scope="session")
def papers() -> tuple[Paper, ...]:
    return PAPERS


@pytest.fixture(scope="session")
def graph() -> Iterator[Graph]:
    with build(PAPERS) as built:
        yield built


@pytest.fixture(scope="session")
def sample() -> Iterator[Graph]:
    """The graph of the papers that come with litloom."""
    with build(sample_corpus(), model="fast") as built:
        yield built
