"""The file of ``--concepts``: what is read of it, and what is said of a wrong one."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.graph.names.corrections import Corrections, parse_corrections, read_corrections
from litloom.graph.names.normalize import spelling_key


def refused(text):
    with pytest.raises(InputError) as caught:
        parse_corrections(text, "mine.yaml")
    told = str(caught.value)
    assert told.startswith("mine.yaml")
    assert "\n" not in told
    assert len(told) < 400
    return caught.value


WHOLE = """\
# mine
same:
  - [LoRA, low-rank adaptation]
  - - "2017"
    - 'the year 2017'
apart:
  - [precision, numerical precision]
kind:
  Atari: Dataset
variant: {SenCLIP: CLIP}
drop: [our method, "\\ud83d\\ude00 method"]
"""


def test_a_whole_file_is_read():
    found = parse_corrections(WHOLE, "mine.yaml")
    assert found.same == (("lora", "low rank adaptation"), ("2017", "the year 2017"))
    assert found.apart == (("precision", "numerical precision"),)
    assert found.kind == {"atari": "Dataset"}
    assert found.variant == {"senclip": "clip"}
    assert found.drop == {"our method", "method"}


def test_what_an_alias_stands_for_is_read():
    text = "same: [&a [LoRA, &b low-rank adaptation]]\napart: [*a]\ndrop: [*b]\n"
    found = parse_corrections(text, "mine.yaml")
    assert found.same == found.apart == (("lora", "low rank adaptation"),)
    assert found.drop == {"low rank adaptation"}


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "same:\ndrop: []\nkind: {}\n", "\ufeff"])
def test_nothing_said_is_no_correction(text):
    assert parse_corrections(text, "mine.yaml") == Corrections()


NO_TEXTS = {
    "2017": "a number",
    "3.5": "a number",
    "1_000": "a number",
    "1:30": "a number",
    "0x1F": "a number",
    ".inf": "a number",
    ".nan": "a number",
    "2017-06-12": "a date",
    "2017-06-12T08:00:00Z": "a date",
    "yes": "true or false",
    "No": "true or false",
    "on": "true or false",
    "true": "true or false",
    "null": "nothing",
    "~": "nothing",
    "=": "a sign of YAML",
    "<<": "a sign of YAML",
    "9" * 900: "a number",
}
PLACES = {
    "same": "drop: [x]\nsame:\n  - [LoRA, {}]\n",
    "apart": "drop: [x]\napart:\n  - - LoRA\n    - {}\n",
    "kind": "drop: [x]\nkind:\n  {}: Dataset\n",
    "kind of": "drop: [x]\nkind:\n  Atari: {}\n",
    "variant": "drop: [x]\nvariant:\n  {}: CLIP\n",
    "variant of": "drop: [x]\nvariant:\n  CLIP: {}\n",
    "drop": "variant:\n  a: b\ndrop: [x, {}]\n",
}


@pytest.mark.parametrize("written", NO_TEXTS, ids=lambda written: written[:20])
@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_is_no_text_is_to_be_quoted(place, written):
    text = PLACES[place].format(written)
    error = refused(text)
    assert "quote it" in error.reason
    assert NO_TEXTS[written] in error.reason
    assert error.line == next(n for n, line in enumerate(text.split("\n"), 1) if written in line)
    if place != "kind of":
        assert parse_corrections(PLACES[place].format(f'"{written}"'), "mine.yaml") != Corrections()


@pytest.mark.parametrize("written", ["[a, b]", "{a: b}", "[[a]]", "", "''", "' '"])
@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_is_missing_or_a_list_is_told(place, written):
    if (place, written) == ("kind", ""):
        return  # ": Dataset" is a mapping of nothing, told below
    text = PLACES[place].format(written)
    if place in ("same", "drop") and written == "":
        text = text.replace("LoRA, ", "").replace("x, ", '""')
    error = refused(text)
    assert error.line is not None


WRONG = {
    "a text": ("hello", 1, "expected the sections"),
    "a list": ("- a\n- b", 1, "expected the sections"),
    "a number": ("12", 1, "expected the sections"),
    "an unknown section": ("same:\nother: [a]\n", 2, "'other' is no section"),
    "a section that is a list": ("[a]: b\n", 1, "a list is no section"),
    "a section that is a number": ("1: b\n", 1, "'1' is no section"),
    "a section given twice": ("drop: [a]\nkind:\ndrop: [b]\n", 3, "is given twice"),
    "a name given twice": ("kind:\n  Atari: Dataset\n  atari: Task\n", 3, "is given twice"),
    "a name with two families": ("variant: {a: b, A: c}", 1, "is given twice"),
    "no kind": ("kind:\n  Atari: dataset\n", 2, "is no kind; there are Method"),
    "drop as a text": ("drop: our method\n", 1, "drop takes a list"),
    "drop as a mapping": ("drop: {a: b}\n", 1, "drop takes a list"),
    "same as a text": ("same: LoRA\n", 1, "same takes a list"),
    "same as a list of names": ("same:\n  - LoRA\n  - low-rank\n", 2, "lists of two names or more"),
    "a group of one": ("same:\n  - [a, b]\n  - [LoRA]\n", 3, "lists of two names or more"),
    "kind as a list": ("kind:\n  - Atari\n", 2, "kind takes lines such as"),
    "variant as a text": ("variant: a\n", 1, "variant takes lines such as"),
    "an empty name": ("kind:\n  ? \n  : Dataset\n", 2, "a name is missing"),
    "tabs": ("kind:\n\tAtari: Dataset\n", 2, "indent with spaces"),
    "an open list": ("drop: [a, b\n", 2, "not YAML"),
    "an open text": ('drop: ["a]\n', 2, "not YAML"),
    "two documents": ("drop: [a]\n---\ndrop: [b]\n", 2, "second document"),
    "an alias of nothing": ("drop: [a, *b]\n", 1, "no anchor is called 'b'"),
    "an alias of itself": ("drop: &a [a, *a]\n", 1, "no anchor is called 'a'"),
    "an anchored number": ("drop: [&a 12, *a]\n", 1, "quote it"),
    "a tag": ("drop: [!!int '3']\n", 1, "tag"),
    "an object": ("drop: !!python/object/apply:os.system [ls]\n", 1, "tag"),
    "a control character": ("drop:\n  - a\x1bb\n", 2, "must not stand"),
    "half a character": ("drop:\n  - a\ud800b\n", 2, "must not stand"),
    "no character": ('drop: ["\\UFFFFFFFF"]\n', None, "not YAML"),
    "a huge version": (f"%YAML {'9' * 10000}.1\n---\ndrop: [a]\n", None, "not YAML"),
    "a long name": (f"drop:\n  - {'a' * 2000}\n", 2, "longer than 1000"),
    "a long number": (f"drop:\n  - {'9' * 10000}\n", 2, "longer than 1000"),
    "nested lists": (f"drop: {'[' * 20_000}{']' * 20_000}\n", 1, "nested too deeply"),
    "nested mappings": (f"drop: {'{a: ' * 20_000}{'}' * 20_000}\n", 1, "nested too deeply"),
    "nested lines": ("drop:\n" + "".join(f"{' ' * n}-\n" for n in range(1, 2000)), 10, "nested too deeply"),
    "nested dashes": (f"drop:\n  {'- ' * 20_000}a\n", 2, "nested too deeply"),
    "nested questions": (f"drop:\n  {'? ' * 20_000}a\n", 2, "nested too deeply"),
    "laughter": (
        f"same:\n- &a [a, b]\n- &b [{'*a, ' * 9}*a]\n- &c [{'*b, ' * 9}*b]\n",
        2,
        "a name is expected",
    ),
    "many aliases": (f"same:\n- &a [{'a, ' * 5000}a]\n" + "- *a\n" * 300, 2, "names in it"),
    "too much": ("drop:\n" + "- aaaaaaaaaaaaaaa\n" * 300_000, None, "million characters"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("text", "line", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_in_one_line(text, line, reason):
    error = refused(text)
    assert reason in error.reason
    assert error.line == line


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"drop:\n  - T\xf6pfer\n", 2), ("drop: [a]\n".encode("utf-16"), 1), (b"\xff", 1)],
)
def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path, content, line):
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(InputError, match="UTF-8") as caught:
        read_corrections(file)
    assert caught.value.line == line


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.yaml", "a\0b"):
        with pytest.raises(InputError, match="cannot be read"):
            read_corrections(path)


def test_an_endless_file_needs_little_memory(tmp_path):
    script = (
        "import resource, sys\n"
        "from litloom.errors import InputError\n"
        "from litloom.graph.names.corrections import read_corrections\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "try: read_corrections(sys.argv[1])\n"
        "except InputError as error: print(error)\n"
    )
    for path in ("/dev/zero", str(tmp_path / "huge.yaml")):
        if path != "/dev/zero":
            with Path(path).open("wb") as file:
                file.truncate(3 << 30)  # a sparse file
        ended = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
        assert ended.stdout.startswith(path), ended.stderr


PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
)


@given(st.lists(PLAIN, min_size=2, max_size=4).filter(lambda names: all(name.strip() for name in names)))
def test_any_names_that_are_quoted_are_read(names):
    text = yaml.safe_dump({"drop": names, "same": [names]}, default_style='"', allow_unicode=True)
    found = parse_corrections(text, "mine.yaml")
    assert found.drop == {spelling_key(name) for name in names}
    assert found.same == (tuple(spelling_key(name) for name in names),)


@given(
    st.text(
        st.sampled_from("same:drop kind\n\t-[]{}&*!|>'\"#%@`,?~1=<a\\x\x00\x1b\ufeff\u2028é"), max_size=60
    )
)
def test_any_text_is_read_or_refused_in_one_line(text):
    told = ""
    try:
        parse_corrections(f"drop:{text}", "mine.yaml")
    except InputError as error:
        told = str(error)
    assert "\n" not in told
