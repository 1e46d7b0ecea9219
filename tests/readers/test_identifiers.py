"""DOIs and arXiv ids, however they are written."""

import pytest

from litloom.readers.identifiers import arxiv_id, parse_identifier, reference_id


@pytest.mark.parametrize(
    "text",
    [
        "10.1145/3292500.3330925",
        "doi:10.1145/3292500.3330925",
        "DOI: 10.1145/3292500.3330925",
        "https://doi.org/10.1145/3292500.3330925",
        "http://dx.doi.org/10.1145/3292500.3330925",
        " 10.1145/3292500.3330925 ",
    ],
)
def test_a_doi_is_the_same_in_every_form(text):
    assert parse_identifier(text) == ("10.1145/3292500.3330925", "")


def test_a_doi_ignores_case_and_escapes():
    assert parse_identifier("https://doi.org/10.1002/(SICI)1%3C2").doi == "10.1002/(sici)1<2"


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2106.09685",
        "arXiv:2106.09685v2",
        "arxiv: 2106.09685",
        "https://arxiv.org/abs/2106.09685v1",
        "http://www.arxiv.org/pdf/2106.09685.pdf",
        "https://arxiv.org/pdf/2106.09685v3.pdf#page=2",
        "arxiv.org/abs/2106.09685",
        "https://huggingface.co/papers/2106.09685",
        "10.48550/arXiv.2106.09685",
        "https://doi.org/10.48550/ARXIV.2106.09685",
    ],
)
def test_an_arxiv_id_is_the_same_in_every_form(text):
    assert parse_identifier(text) == ("", "2106.09685")
    assert arxiv_id(text) == "2106.09685"


def test_a_bare_arxiv_id_is_parsed_only_where_expected():
    assert arxiv_id("2106.09685v2") == "2106.09685"
    assert parse_identifier("2106.09685") == ("", "")


@pytest.mark.parametrize(
    "text", ["math.GT/0309136", "arXiv:math/0309136v1", "https://arxiv.org/abs/math.GT/0309136"]
)
def test_an_old_arxiv_id_needs_no_class(text):
    assert arxiv_id(text) == "math/0309136"


@pytest.mark.parametrize(
    "text", ["", "n/a", "10.", "10.1145", "LoRA", "https://example.org/10.1145/1", "2106.0968512"]
)
def test_other_text_is_not_an_identifier(text):
    assert parse_identifier(text) == ("", "")
    assert arxiv_id(text) == ""


def test_references_are_named_like_ids():
    given = ["https://doi.org/10.1/ABC", "arXiv:2106.09685v2", "paper-7", " A Title "]
    assert [reference_id(text) for text in given] == [
        "doi:10.1/abc",
        "arxiv:2106.09685",
        "paper-7",
        "A Title",
    ]
