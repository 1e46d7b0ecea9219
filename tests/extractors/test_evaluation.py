import json

import pytest

from litloom.extractors import GoldPaper, compare
from litloom.extractors.evaluation.report import error_page, tables
from litloom.extractors.evaluation.scoring import Counts, reliability
from litloom.records import Extraction, Mention

TEXT = "<b>Deep</b>\nWe use BERT and GPT on ImageNet."
GOLD = GoldPaper(
    id="a<b>",
    title="<b>Deep</b>",
    abstract="We use BERT and GPT on ImageNet.",
    mentions=(("BERT", "Method"), ("GPT", "Method"), ("ImageNet", "Dataset")),
    introduces=("BERT",),
)


def mention(name, kind, confidence=0.9):
    start = TEXT.index(name)
    return Mention(start, start + len(name), name, kind, confidence, name, "")


def extraction(*mentions, introduces=()):
    return Extraction(paper_id="a<b>", mentions=mentions, introduces=introduces)


def test_counts_right_wrong_and_missed():
    found = extraction(mention("BERT", "Method"), mention("ImageNet", "Task"), introduces=("BERT",))
    evaluation = compare([GOLD], [found])
    everything = evaluation.strict["All"]
    assert (everything.right, everything.found, everything.gold) == (1, 2, 3)
    assert evaluation.strict["Dataset"].f1 == 0
    assert evaluation.strict["Method"].recall == 0.5
    assert evaluation.by_name["All"].f1 == pytest.approx(0.4)
    assert evaluation.introduces.f1 == 1
    assert evaluation.confusion["Dataset"]["Task"] == 1
    assert evaluation.confusion["Method"]["none"] == 1
    assert ("GPT", "Method", 1) in evaluation.misses
    assert ("ImageNet", "Task", 1) in evaluation.false_positives


def test_all_right_is_one_with_a_sure_interval():
    found = extraction(*(mention(name, kind) for name, kind in GOLD.mentions), introduces=("BERT",))
    evaluation = compare([GOLD], [found])
    assert evaluation.strict["All"].f1 == evaluation.by_name["All"].f1 == 1
    assert evaluation.interval["All"] == (1.0, 1.0)


def test_nothing_to_find_and_nothing_found_is_right():
    assert Counts().f1 == 1
    assert Counts(found=1).f1 == 0


def test_reliability_sorts_by_confidence():
    rows = reliability([(0.95, True)] * 9 + [(0.95, False)] + [(0.55, False)])
    assert rows == [(0.5, 0.6, 1, 0.55, 0.0), (0.9, 1.0, 10, 0.95, 0.9)]


def test_the_page_escapes_what_papers_say():
    page = error_page([GOLD], [extraction(mention("BERT", "Dataset"))])
    assert "<b>Deep" not in page
    assert "a<b>" not in page
    assert "&lt;b&gt;Deep&lt;/b&gt;" in page
    assert "class='wrong'" in page


def test_figures_are_plain_values_and_tables_print(capsys):
    from rich.console import Console

    evaluation = compare([GOLD], [extraction(mention("BERT", "Method"))])
    assert json.loads(json.dumps(evaluation.as_dict()))["papers"] == 1
    Console(width=120).print(*tables(evaluation))
    assert "Hardware" in capsys.readouterr().out
