"""A person's own query files: odd bytes, huge ones, and headers of wrong types give one error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import QueryError
from litloom.queries.catalogue import read_folder
from litloom.queries.query_file import parameters_used, parse_query

HEADER = '// name = "all"\n// question = "All?"\n// columns = ["n"]\n'
GOOD = HEADER + "MATCH (n) RETURN n\n"


def refused(text):
    with pytest.raises(QueryError) as caught:
        parse_query(text, "all.cypher")
    told = str(caught.value)
    assert told.startswith("all.cypher")
    assert "\n" not in told
    assert len(told) < 500
    return told


WRONG = {
    "a control character": (GOOD.replace("(n)", "(n\x1b)"), "all.cypher:4: the character"),
    "NUL": (GOOD + "\0", "must not stand"),
    "a hidden line end": (GOOD.replace('"All?"', '"All?" # \u2028DELETE'), "must not stand"),
    "a vertical tab": (GOOD.replace('"All?"', '"All?" # \x0bDELETE'), "must not stand"),
    "text that runs backwards": (GOOD + "// \u202e", "must not stand"),
    "half a character": (GOOD + "// \ud800", "must not stand"),
    "an escape in a question": (GOOD.replace("All?", "\\u001b[31mAll"), "cannot be shown"),
    "an escape in a column": (GOOD.replace('["n"]', '["n\\u0007"]'), "cannot be shown"),
    "too long": (GOOD + " " * 300_000, "longer than"),
    "deep lists": (HEADER + f"// order = {'[' * 5000}{']' * 5000}\nRETURN 1", "nested too deeply"),
    "deep tables": (HEADER + f"// a = {'{a=' * 5000}1{'}' * 5000}\nRETURN 1", "nested too deeply"),
    "a number of columns": (GOOD.replace('["n"]', "1"), "must be a list"),
    "a date for a name": (GOOD.replace('"all"', "1979-05-27"), "must be a text"),
    "parameters that are a list": (HEADER + "// parameters = [1]\nRETURN 1", "not right"),
    "a parameter that is a number": (HEADER + "// parameters.a = 1\nRETURN $a", "not right"),
    "a computation that is a list": (HEADER + "// computed = [1]\nRETURN 1", "must be a text"),
    "a long number": (HEADER + f"// parameters.a = {'9' * 10_000}\nRETURN $a", "not right"),
}
for _number in ("9223372036854775808", "-99999999999999999999", "9" * 4000):
    WRONG[f"the number {_number[:21]}"] = (
        f'{HEADER}// parameters.a = {{ type = "int", about = "x", default = {_number} }}\nRETURN $a',
        "too large",
    )
for _number in ("inf", "nan", "1e300"):
    WRONG[f"the number {_number}"] = (
        f'{HEADER}// parameters.a = {{ type = "number", about = "x", default = {_number} }}\nRETURN $a',
        "too large",
    )


@pytest.mark.parametrize(("text", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_in_one_line(text, reason):
    assert reason in refused(text)


def test_a_good_file_is_read_whatever_ends_its_lines():
    assert parse_query(GOOD, "all.cypher") == parse_query("\ufeff" + GOOD.replace("\n", "\r\n"), "all.cypher")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["'\\'", "'", '"\\"', "`", "'\"", "\\", "$a ", "//", "/*", ";\n", "'\n"])
def test_no_text_of_a_query_takes_long(piece):
    parameters_used(piece * (200_000 // len(piece)))


def test_what_is_not_closed_goes_on_to_the_end():
    assert parameters_used("MATCH ($a) RETURN 'x $b") == {"a"}
    assert parameters_used("RETURN 'a\\'$b', `$c`, \"$d\\\\\", $e // $f") == {"e"}


@given(st.text(st.sampled_from("/ =\"'[]{}.name\\$\n\r\t\x00\x1b\u2028#1-:"), max_size=40))
def test_any_text_is_a_query_or_one_error(text):
    told = ""
    try:
        parse_query(f"{HEADER}// {text}\nRETURN 1", "x")
    except QueryError as error:
        told = str(error)
    assert "\n" not in told


@pytest.mark.parametrize("content", [b"\xff\xfe" + GOOD.encode("utf-16-le"), GOOD.encode() + b"// T\xf6pfer"])
def test_a_file_that_is_not_utf_8_is_told(tmp_path, content):
    (tmp_path / "all.cypher").write_bytes(content)
    with pytest.raises(QueryError, match=r"all\.cypher:\d+: is not UTF-8"):
        read_folder(tmp_path)


def test_what_is_no_file_or_without_end_is_told(tmp_path):
    (tmp_path / "a.cypher").mkdir()
    with pytest.raises(QueryError, match="is not a file"):
        read_folder(tmp_path)
    (tmp_path / "a.cypher").rmdir()
    with (tmp_path / "a.cypher").open("wb") as file:
        file.truncate(8 << 30)  # a sparse file
    with pytest.raises(QueryError, match="longer than"):
        read_folder(tmp_path)
