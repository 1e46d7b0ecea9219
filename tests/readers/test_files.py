"""Files: which ones are meant, what format they have, and what may be wrong with them."""

import gzip
import os
from pathlib import Path

import pytest

from litloom.errors import InputError
from litloom.readers import known_formats, read_papers
from litloom.readers.stream import zstd

PAGE = "Daily Papers\nOn Looms\nWe look at looms.\n• 2 authors\n·\nJun 10, 2025\n"
LINES = '{"title": "On Yarn"}\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "in" / "a.jsonl").write_text(LINES, encoding="utf-8")
    (tmp_path / "in" / "c.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "in" / ".hidden.txt").write_text("no page", encoding="utf-8")
    return tmp_path


def read(*sources, **options):
    return [(p.title, p.sources) for p in read_papers(sources, **options)]


def error_of(source, **options):
    with pytest.raises(InputError) as caught:
        list(read_papers(source, **options))
    assert "\n" not in str(caught.value)
    return caught.value


def test_files_are_read_in_the_order_given_and_name_their_source(folder):
    assert read("in/b.txt", Path("in/a.jsonl")) == [("On Looms", ("in/b.txt",)), ("On Yarn", ("in/a.jsonl",))]
    assert [p.title for p in read_papers("in/b.txt")] == ["On Looms"]


def test_a_folder_gives_its_readable_files_sorted(folder):
    assert [sources for _, sources in read("in")] == [("in/a.jsonl",), ("in/b.txt",), ("in/c.jsonl.gz",)]


def test_patterns_are_expanded(folder):
    assert read("in/*.txt") == [("On Looms", ("in/b.txt",))]
    assert len(read("**/*.jsonl*")) == 2


def test_a_file_named_like_a_pattern_is_that_file(folder):
    Path("in/[a].jsonl").write_text(LINES, encoding="utf-8")
    assert read("in/[a].jsonl") == [("On Yarn", ("in/[a].jsonl",))]


def test_the_format_is_detected_from_the_content_not_the_name(folder):
    Path("page.jsonl").write_text(PAGE, encoding="utf-8")
    Path("lines.txt").write_text("\n\n" + LINES, encoding="utf-8")
    assert [title for title, _ in read("page.jsonl", "lines.txt")] == ["On Looms", "On Yarn"]


def test_a_given_format_overrides_detection(folder):
    assert "not JSON" in str(error_of("in/b.txt", format="jsonl"))
    assert "daily-papers, jsonl" in str(error_of("in/b.txt", format="nonsense"))


def test_formats_are_found_as_modules():
    assert {"daily-papers", "jsonl"} <= set(known_formats())
    assert all(known.name == name and known.suffixes for name, known in known_formats().items())


def test_page_year_reaches_the_page(folder):
    Path("p.txt").write_text(PAGE.replace(", 2025", ""), encoding="utf-8")
    assert [p.date for p in read_papers("p.txt", page_year=2001)] == ["2001-06-10"]


def test_gzip_is_detected_from_the_content(folder):
    Path("page").write_bytes(gzip.compress(PAGE.encode()))
    assert read("page") == [("On Looms", ("page",))]


def test_a_missing_file_is_reported_before_reading(folder):
    papers = read_papers(["in/b.txt", "nowhere.txt"])
    with pytest.raises(InputError, match=r"^nowhere.txt: no such file$"):
        next(papers)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("*.nothing", "no file matches this pattern"),
        ("", "not a file name"),
        ("a\0b", "not a file name"),
        ("x" * 5000, "no such file"),
        ([], "give a file, a folder or a pattern"),
    ],
)
def test_missing_sources_are_refused(folder, source, reason):
    assert reason in str(error_of(source))


def test_a_folder_without_a_readable_file_is_refused(folder):
    Path("empty").mkdir()
    assert "the folder has no file with suffix" in str(error_of("empty"))


BROKEN = {
    "empty": (b"", None, "the file is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", None, "the file is empty"),
    "only blank lines": (b"\n \n" * 500, None, "the file is empty"),
    "an empty gzip": (gzip.compress(b""), None, "the file is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", 3, "binary file"),
    "binary": (b"ab\0cd", 1, "binary file"),
    "binary further on": (b"ab\n" * 5000 + b"c\0d", 5001, "binary file"),
    "packed binary": (gzip.compress(b"ab\ncd\0"), 2, "binary file"),
    "Latin-1": (b"On Looms\nWe l\xf6\xf6k.\n", 2, "byte 0xf6 at column 5 is not UTF-8"),
    "UTF-16": ("On Looms\n".encode("utf-16"), 1, "UTF-16; save it as UTF-8"),
    "a cut gzip": (
        gzip.compress(LINES.encode() * 9000 + os.urandom(9000).hex().encode())[:-4000],
        None,
        "cut short",
    ),
    "a damaged gzip": (gzip.compress(LINES.encode())[:-8] + bytes(8), None, "damaged"),
}


@pytest.mark.parametrize(("content", "line", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_in_one_line(folder, content, line, reason):
    Path("broken").write_bytes(content)
    error = error_of("broken")
    assert str(error).startswith("broken")
    assert reason in str(error)
    assert line is None or error.line == line


@pytest.mark.parametrize(("content", "line", "reason"), BROKEN.values(), ids=BROKEN)
def test_readable_records_of_a_broken_file_are_kept(folder, content, line, reason):
    Path("broken").write_bytes(content)
    skipped = []
    titles = {title for title, _ in read("in/b.txt", "broken", skip_bad=True, on_skip=skipped.append)}
    assert titles <= {"On Looms", "On Yarn"}
    assert reason.partition(" at column")[0] in str(skipped[0])


@pytest.mark.parametrize("name", ["an empty gzip", "a picture", "Latin-1", "UTF-16"])
def test_an_unreadable_file_is_refused(folder, name):
    Path("broken").write_bytes(BROKEN[name][0])
    assert str(error_of("broken", skip_bad=True)).startswith("broken")


def test_an_invalid_byte_deep_in_a_file_is_found(folder):
    Path("deep.jsonl").write_bytes(LINES.encode() * 999 + b'{"title": "\xff"}\n')
    assert error_of("deep.jsonl").line == 1000


def test_a_file_without_read_permission_is_refused(folder):
    Path("locked.txt").write_text(PAGE, encoding="utf-8")
    Path("locked.txt").chmod(0)
    if os.access("locked.txt", os.R_OK):
        pytest.skip("this user may read every file")
    assert "cannot read the file" in str(error_of("locked.txt"))


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_concatenated_compressed_files_are_read_as_one(folder, pack):
    Path("both").write_bytes(pack(LINES.encode()) + pack(b"") + pack(LINES.encode()))
    assert [title for title, _ in read("both", format="jsonl")] == ["On Yarn"] * 2


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("rest", [b"garbage" * 5, b"\x1f\x8b", b"\x28\xb5\x2f\xfd\0"])
def test_data_after_a_compressed_file_is_refused(folder, pack, rest):
    Path("torn").write_bytes(pack(LINES.encode()) + rest)
    assert "download or copy it again" in str(error_of("torn"))
    skipped = []
    assert [title for title, _ in read("torn", skip_bad=True, on_skip=skipped.append)] == ["On Yarn"]
    assert len(skipped) == 1


def test_zeros_after_a_gzip_file_are_padding(folder):
    Path("padded").write_bytes(gzip.compress(LINES.encode()) + bytes(512))
    assert [title for title, _ in read("padded")] == ["On Yarn"]
