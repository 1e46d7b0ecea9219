import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.extractors import read_extractions, write_extractions
from litloom.records import KINDS, Extraction, Mention

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MENTIONS = st.builds(
    Mention,
    start=st.integers(0, 100),
    end=st.integers(0, 100),
    text=TEXT,
    kind=st.sampled_from(KINDS),
    confidence=st.floats(0, 1),
    concept=TEXT,
    sentence=TEXT,
)
EXTRACTIONS = st.builds(
    Extraction,
    paper_id=TEXT,
    mentions=st.lists(MENTIONS, max_size=3).map(tuple),
    introduces=st.lists(TEXT, max_size=2).map(tuple),
    abbreviations=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    model=TEXT,
)


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
@settings(deadline=None)  # the first example imports PyArrow
@given(extractions=st.lists(EXTRACTIONS, max_size=4))
def test_what_is_written_is_read(tmp_path_factory, format, extractions):  # noqa: A002
    path = tmp_path_factory.mktemp("files") / "out"
    assert write_extractions(extractions, path, format) == len(extractions)
    assert list(read_extractions(path)) == extractions


def test_the_lines_are_as_described(tmp_path):
    mention = Mention(0, 4, "LoRA", "Method", 0.9, "LoRA", "LoRA works.")
    path = tmp_path / "out.jsonl"
    write_extractions([Extraction(paper_id="a", mentions=(mention,), introduces=("LoRA",))], path)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["id"] == "a"
    assert record["introduces"] == ["LoRA"]
    assert record["mentions"] == [
        {
            "start": 0,
            "end": 4,
            "text": "LoRA",
            "type": "Method",
            "confidence": 0.9,
            "concept": "LoRA",
            "sentence": "LoRA works.",
        }
    ]


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_a_failure_leaves_the_old_file(tmp_path, format):  # noqa: A002
    def failing():
        yield Extraction(paper_id="a")
        raise RuntimeError("half way")

    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError):
        write_extractions(failing(), path, format)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unpaired_surrogate_does_not_stop_the_writing(tmp_path):
    path = tmp_path / "out.jsonl"
    write_extractions([Extraction(paper_id="a\ud800")], path)
    assert [e.paper_id for e in read_extractions(path)] == ["a\ud800"]


@pytest.mark.parametrize(
    "content", ["{", '{"id": "a"}', "[1]", '{"id": "a", "mentions": [{}], "introduces": []}']
)
def test_other_content_is_an_input_error_with_its_line(tmp_path, content):
    path = tmp_path / "out.jsonl"
    path.write_text(content + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=":1: "):
        list(read_extractions(path))


@pytest.mark.parametrize("content", [b"\x15\xa0\xff", b"PAR1", b"PAR1\x00\x01PAR1"])
def test_other_bytes_are_an_input_error(tmp_path, content):
    path = tmp_path / "out"
    path.write_bytes(content)
    with pytest.raises(InputError, match="holds no extractions"):
        list(read_extractions(path))


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InputError):
        list(read_extractions(tmp_path / "none"))
    with pytest.raises(InputError):
        write_extractions([], tmp_path / "no" / "folder.jsonl")
