import os
import pickle
import signal
import subprocess
import sys
import time

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import ModelError
from litloom.extractors import Extractor, evaluate, read_gold
from litloom.extractors.model_files import MODELS
from litloom.records import KINDS, Paper
from tests.campaign.scale import examples

PAPERS = [
    Paper(
        title="FastGraph: Accelerating Graph Neural Networks on GPUs",
        abstract="Training graph neural networks (GNNs) on large graphs is slow. We propose FastGraph, a "
        "system that trains GNNs on NVIDIA A100 GPUs. On ImageNet and CIFAR-10, FastGraph reaches an "
        "accuracy of 90% and cuts latency by half, e.g. for node classification. FastGraph beats PyTorch "
        "Geometric.",
    ),
    Paper(title="", abstract=""),
    Paper(title="On learning", abstract="We survey reinforcement learning for robot manipulation."),
]
ODD = {
    "empty": "",
    "blank": " \n\n\t ",
    "latex": r"We bound $\mathcal{O}(\sqrt{n})$ \emph{regret} with \textsc{UCB} \cite{auer}. " * 5,
    "html": "<p>We use <b>BERT</b> &amp; <script>alert(1)</script> on ImageNet.</p>" * 5,
    "chinese": "我们提出了一种基于BERT的大型语言模型，在ImageNet上达到了很高的准确率。" * 5,
    "arabic": "نقترح نموذجا لغويا كبيرا BERT" * 5,
    "emoji": "We 🤗 love 🚀 BERT👩‍👩‍👧 on ImageNet 🎉." * 5,
    "surrogate": "We train \ud800 BERT",
    "nul": "We train \x00 BERT\x00",
    "one word": "a" * 5000,
    "signs": "()[]{}$%^&*-_=+" * 300,
    "lines": "BERT\n" * 400,
    "breaks": "BERT\r\nGPT\u2028LSTM\x0cGPU",
}


def check(paper, extraction):
    text = paper.text
    assert extraction.paper_id == paper.id
    end = 0
    for mention in extraction.mentions:
        assert end <= mention.start < mention.end
        end = mention.end
        assert text[mention.start : mention.end] == mention.text
        assert mention.kind in KINDS
        assert 0 <= mention.confidence <= 1
        assert mention.concept
        assert mention.text in mention.sentence
        assert mention.sentence in text
    surfaces = {mention.text for mention in extraction.mentions}
    assert set(extraction.introduces) <= surfaces
    kinds = {(mention.text, mention.kind) for mention in extraction.mentions}
    assert len(kinds) == len(surfaces)


def extract_one(extractor, paper):
    return next(extractor.extract([paper]))


def test_finds_concepts_and_what_is_introduced(extractor):
    extraction = extract_one(extractor, PAPERS[0])
    check(PAPERS[0], extraction)
    found = {(mention.text, mention.kind) for mention in extraction.mentions}
    assert {("FastGraph", "Method"), ("GNNs", "Method"), ("ImageNet", "Dataset")} <= found
    assert "FastGraph" in extraction.introduces
    assert ("GNNs", "graph neural networks") in extraction.abbreviations


def test_a_full_name_and_its_abbreviation_are_one_concept(extractor):
    extraction = extract_one(extractor, PAPERS[0])
    concepts = {m.text: m.concept for m in extraction.mentions}
    assert concepts["GNNs"] == concepts["graph neural networks"]


def test_every_place_of_a_name_is_found(extractor):
    extraction = extract_one(extractor, PAPERS[0])
    assert sum(m.text == "FastGraph" for m in extraction.mentions) == PAPERS[0].text.count("FastGraph")


@pytest.mark.parametrize("name", ODD)
def test_odd_text_does_no_harm(extractor, name):
    for paper in (Paper(title=ODD[name], abstract=ODD[name]), Paper(title="x", abstract=ODD[name])):
        check(paper, extract_one(extractor, paper))


@examples(10)
@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_does_no_harm(abstract, title):
    paper = Paper(title=title, abstract=abstract)
    check(paper, extract_one(Cached.extractor(), paper))


class Cached:
    """A model loaded once, for tests that hypothesis runs."""

    model = None

    @classmethod
    def extractor(cls):
        cls.model = cls.model or Extractor("fast")
        return cls.model


@pytest.mark.parametrize(
    "abstract",
    [
        (PAPERS[0].abstract + " ") * 400,
        "word" * 25_000,
        "(LLM) " * 17_000,
        "".join(f"Name{i} (N{i}X) beats BERT{i}. " for i in range(4000)),
    ],
    ids=["prose", "no spaces", "parentheses", "names"],
)
def test_a_hundred_thousand_characters_take_bounded_time(extractor, abstract):
    paper = Paper(title="Long", abstract=abstract[:100_000])
    begin = time.perf_counter()
    check(paper, extract_one(extractor, paper))
    assert time.perf_counter() - begin < 60


def test_a_batch_gives_what_each_paper_gives_alone(extractor):
    together = list(extractor.extract(PAPERS, batch_size=2))
    assert together == [extract_one(extractor, paper) for paper in PAPERS]


def test_processes_change_nothing(extractor):
    papers = PAPERS * 4
    assert list(extractor.extract(iter(papers), batch_size=3, processes=2)) == list(extractor.extract(papers))


def test_papers_are_taken_as_results_are(extractor):
    taken = []

    def source():
        for paper in PAPERS:
            taken.append(paper)
            yield paper

    stream = extractor.extract(source())
    next(stream)
    assert len(taken) == 1


STARTS_PROCESSES = """
import itertools, multiprocessing
from litloom.extractors import Extractor
from litloom.records import Paper

papers = (Paper(title=f"LoRA {number}") for number in itertools.count())
for _ in Extractor("fast").extract(papers, processes=2):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals a process as POSIX does")
def test_processes_end_when_the_one_that_started_them_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_PROCESSES], stdout=subprocess.PIPE, text=True
    ) as parent:
        workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE]


def test_an_extractor_travels_to_another_process(extractor):
    sure = Extractor("fast", min_confidence=0.8)
    again = pickle.loads(pickle.dumps(sure))
    assert again.name == sure.name
    assert extract_one(again, PAPERS[0]) == extract_one(sure, PAPERS[0])


def test_words_beyond_measure_are_forgotten_and_found_again(monkeypatch):
    extractor = Extractor("fast")
    before = [extract_one(extractor, paper) for paper in PAPERS]
    monkeypatch.setattr("litloom.extractors.extractor._MAX_WORDS", 0)
    for number in range(8):
        extract_one(extractor, Paper(title=f"Blorp{number}Net beats Quux{number}Former"))
    assert "Blorp6Net" not in extractor._tokenizer.vocab.strings
    assert [extract_one(extractor, paper) for paper in PAPERS] == before


def test_min_confidence_only_leaves_out(extractor):
    sure = Extractor("fast", min_confidence=0.8)
    everything, some = extract_one(extractor, PAPERS[0]), extract_one(sure, PAPERS[0])
    assert some.mentions == tuple(m for m in everything.mentions if m.confidence >= 0.8)
    check(PAPERS[0], some)


def test_the_name_tells_the_model(extractor):
    assert extractor.name == Extractor("fast").name
    assert extractor.name.startswith("fast-")


@pytest.mark.parametrize("model", ["no-such-model", "/no/such/folder", ""])
def test_an_unknown_model_is_named(model):
    with pytest.raises(ModelError, match="no such model"):
        Extractor(model)


def test_a_broken_model_is_reported(tmp_path):
    (tmp_path / "meta.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Extractor(tmp_path)


@pytest.mark.parametrize("least", [-0.1, 1.5])
def test_an_impossible_confidence_is_refused(least):
    with pytest.raises(ModelError):
        Extractor("fast", min_confidence=least)


def test_the_default_model_works_and_all_models_stay_small():
    extractor = Extractor()
    check(PAPERS[0], extract_one(extractor, PAPERS[0]))
    assert extractor.name.startswith("accurate-")
    assert sum(file.stat().st_size for file in MODELS.rglob("*") if file.is_file()) < 30_000_000


def test_figures_on_annotated_papers_do_not_fall(annotation):
    papers = read_gold(annotation / "dev.jsonl")[:30]
    evaluation = evaluate(papers, "fast")
    assert evaluation.strict["All"].f1 > 0.55
