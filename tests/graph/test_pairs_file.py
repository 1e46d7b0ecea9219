"""Files of pairs of names: whatever stands in a line, a pair or one error that names it."""

import copy
import json

import pytest

from litloom.errors import InputError
from litloom.graph.names.pairs import read_pairs

NAMED = {"name": "LoRA", "kind": "Method", "paper": "p1", "title": "LoRA", "abstract": "We show LoRA."}
PAIR = {"id": 1, "a": NAMED, "b": {**NAMED, "name": "low-rank adaptation", "paper": 7}, "label": "same"}
WRONG = [None, True, 3.5, float("nan"), 10**4000, [], ["x"], {}, {"x": 1}, "\ud800"]
PLACES = [("id",), ("a",), ("label",), *(("b", name) for name in NAMED)]


def read(tmp_path, *lines):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    return list(read_pairs(file))


def test_a_pair_is_read(tmp_path):
    (pair,) = read(tmp_path, json.dumps(PAIR))
    assert (pair.id, pair.one.name, pair.other.paper, pair.label) == (1, "LoRA", "7", "same")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: ascii(wrong)[:20])
@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_a_field_of_a_wrong_type_is_told(tmp_path, place, wrong):
    row = copy.deepcopy(PAIR)
    inner = row
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = wrong
    may_be = (place == ("label",) and wrong is None) or (place[-1] in ("id", "paper") and wrong == 10**4000)
    if may_be:
        assert len(read(tmp_path, json.dumps(row))) == 1
        return
    with pytest.raises(InputError, match=r"pairs\.jsonl:2: not a pair of names") as caught:
        read(tmp_path, json.dumps(PAIR), json.dumps(row))
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 10_000 + "}", "{", '{"id": 1, "id": 2}'])
def test_a_line_that_is_no_json_is_told(tmp_path, line):
    with pytest.raises(InputError, match=r"pairs\.jsonl:2: "):
        read(tmp_path, json.dumps(PAIR), line)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    for content, reason in ((b"\xff\n", "UTF-8"), (b"", "empty"), (b"\0\1", "binary")):
        (tmp_path / "pairs.jsonl").write_bytes(content)
        with pytest.raises(InputError, match=reason):
            list(read_pairs(tmp_path / "pairs.jsonl"))
    with pytest.raises(InputError, match="cannot read the file"):
        list(read_pairs(tmp_path / "nowhere.jsonl"))
