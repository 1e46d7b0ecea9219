"""Citations by author and year in an abstract: only those that mean exactly one paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import Paper
from litloom.graph.weave.citations.text import cited_works, text_citations


def paper(id: str, authors: str, year: int, venue: str = "", abstract: str = "") -> Paper:  # noqa: A002
    return Paper(
        id=id, title=id, authors=tuple(authors.split("; ")), year=year, venue=venue, abstract=abstract
    )


AT_HAND = [
    paper("porat15", "Tsvi Kopelowitz; Ely Porat", 2015, "FOCS"),
    paper("porat18", "Tsvi Kopelowitz; Ely Porat", 2018, "SOSA"),
    paper("hamming", "Paweł Gawrychowski; Przemysław Uznański", 2018, "ICALP"),
    paper("five", "Ada Chan; Shay Golan; Tomasz Kociumaka; Bo Lee; Ely Porat", 2020, "STOC"),
    paper("alone", "Karl Abrahamson", 1987, "SIAM Journal on Computing"),
    paper("sumset", "Timothy Chan; Moshe Lewenstein", 2015, "STOC"),
    paper("transformer", "Ashish Vaswani; Noam Shazeer; Niki Parmar", 2017, "NIPS"),
    paper("hyphen", "Bernardino Romera-Paredes; Ada Poe; Bo Fox", 2023),
    paper("particle", "Aäron van den Oord; Yazhe Li; Oriol Vinyals", 2018),
    paper("common", "Wei Wang; Bo Fox; Cy Poe", 2016),
    paper("twins1", "Eve Twin; Bo Fox; Cy Poe", 2016, "KDD"),
    paper("twins2", "Ann Twin; Bo Fox; Cy Poe", 2016, "ICML"),
    paper("peng", "Xi Chen; Binghui Peng", 2022, "STOC"),
    Paper(id="gradient", title="Policy Gradients of Looms", authors=("Ann Silver", "Bo"), year=2014),
    paper("silver16", "David Silver; Bo Fox", 2016),
    paper("future", "Zoe Morrow; Bo Fox", 2031),
]


def cited(abstract: str, year: int = 2024) -> list[str]:
    citing = paper("citing", "Ida Citer; Bo Fox", year, abstract=abstract)
    return [found for source, found in text_citations([*AT_HAND, citing]) if source == "citing"]


@pytest.mark.parametrize(
    ("abstract", "ids"),
    [
        ("It beats O(n m) time [Abrahamson, SICOMP 1987].", ["alone"]),
        ("As in [Gawrychowski and Uznański, ICALP 2018].", ["hamming"]),
        (r"As in [Gawrychowski and Uzna\'{n}ski, ICALP 2018].", ["hamming"]),
        (
            "See [Gawrychowski and Uznanski, ICALP 2018; Chan, Golan, Kociumaka, Lee and Porat, STOC 2020].",
            ["five", "hamming"],
        ),
        ("See [Kopelowitz and Porat, FOCS 2015; Kopelowitz and Porat, SOSA 2018].", ["porat15", "porat18"]),
        ("Works by (Kopelowitz and Porat, 2015; 2018) show it.", ["porat15", "porat18"]),
        ("The sumset bound of Chan-Lewenstein (STOC'15) is met.", ["sumset"]),
        ("However, Chan & Lewenstein (2015) do.", ["sumset"]),
        ("Transformers (Vaswani et al., 2017) are big.", ["transformer"]),
        ("Transformers [Vaswani et al. 2017] are big.", ["transformer"]),
        ("Transformers (see e.g. Vaswani, Shazeer, et al., 2017) are big.", ["transformer"]),
        ("Introduced by Vaswani et al. '17 first.", ["transformer"]),
        ("Vaswani et al. (NeurIPS 2017) say so.", ["transformer"]),
        ("Vaswani et al. (NeurIPS 2018) say so, a year late.", ["transformer"]),
        ("Program search (Romera-Paredes et al., 2023) widens.", ["hyphen"]),
        ("Contrastive coding (van den Oord et al., 2018) helps.", ["particle"]),
        ("A result at STOC'22 by Chen and Peng shows a bound.", ["peng"]),
        ("A result by Chen and Peng at STOC'22 shows a bound.", ["peng"]),
        ("The policy gradients of Silver et al. (2014) weave.", ["gradient"]),
        ("Found by Twin et al. (KDD 2016).", ["twins1"]),
    ],
)
def test_a_mention_that_means_one_paper_cites_it(abstract: str, ids: list[str]) -> None:
    assert cited(abstract) == ids


@pytest.mark.parametrize(
    "abstract",
    [
        "Found by Twin et al. (2016).",
        "Found by Wang et al. (2016).",
        "Policy gradients weave. Found by Silver et al. (2014).",
        "Found by Vaswani et al. (2016).",
        "Found by Vaswani (2017) alone.",
        "Found by Vaswani and Shazeer (2017).",
        "Found by Porat (2015).",
        "Found by [Kopelowitz and Porat, SODA 2015].",
        "Found by Kopelowitz, Porat and Fox (2015).",
        "Kopelowitz and Porat are cited without a year.",
        "In 2015 we met Porat. Kopelowitz was there.",
        "Will be found by Morrow and Fox (2031).",
        "A model of 1987 parts by Abrahamson.",
        "(2017)",
    ],
)
def test_a_mention_that_is_not_certain_cites_nothing(abstract: str) -> None:
    assert cited(abstract) == []


def test_a_paper_does_not_cite_itself() -> None:
    assert list(text_citations([paper("p", "Ada Poe", 2020, abstract="Follows [Poe, 2020].")])) == []


@given(st.text(st.sampled_from("A Poé, and&et al.([)];'’2015-STOC\\{}"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    for readings, sentence in cited_works(text):
        assert all(str(work.year)[2:] in sentence for work in readings)
        assert all(work.surnames and 1900 <= work.year <= 2099 for work in readings)
