import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.components.cnn_forward import CnnForward
from litloom.extractors.components.encoder import EncoderRecogniser, dequantized, quantized
from litloom.extractors.components.lexicon import Lexicon, NameCounts, count_names, lookup_key, word_runs
from litloom.extractors.components.naming import name_concepts
from litloom.extractors.components.wordpiece import CASES, MAX_PIECES, Pieces, WordPiece, case_of
from litloom.extractors.evidence.judge import Judge, train_judge
from litloom.extractors.evidence.sentences import MAX_SENTENCE, Sentences
from litloom.extractors.evidence.span_decoding import TAG_COUNT
from tests.extractors.small_encoder import VOCABULARY, small_weights


@given(st.text(max_size=200), st.data())
def test_a_sentence_holds_its_place(text, data):
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(start, len(text)))
    sentence = Sentences(text).around(start, end)
    assert sentence in text
    assert text[start:end].strip() in sentence


def test_abbreviations_end_no_sentence():
    text = "Title\nWe follow Smith et al. (2020), e.g. BERT. It works, cf. Fig. 2. Good!"
    assert Sentences(text).around(text.index("BERT"), text.index("BERT") + 4) == (
        "We follow Smith et al. (2020), e.g. BERT."
    )
    assert Sentences(text).around(0, 3) == "Title"


def test_endless_sentences_are_cut():
    text = "word " * 10_000
    assert len(Sentences(text).around(20_000, 20_004)) <= MAX_SENTENCE


def named(counts, abbreviations=None, introduced=()):
    return name_concepts(counts, dict.fromkeys(counts, "Method"), abbreviations or {}, frozenset(introduced))


def test_an_introduced_abbreviation_gives_the_name():
    names = named({"Fast Graph": 1, "FG": 3}, {"FG": "Fast Graph"}, ["FG"])
    assert set(names.values()) == {"FG"}


def test_a_common_abbreviation_goes_by_its_full_name():
    names = named({"graph neural networks": 1, "GNN": 2, "GNNs": 1}, {"GNNs": "graph neural networks"})
    assert set(names.values()) == {"graph neural networks"}


def test_different_names_stay_apart():
    names = named({"GPT-3": 1, "GPT-4": 1})
    assert names == {"GPT-3": "GPT-3", "GPT-4": "GPT-4"}


def test_a_lexicon_counts_and_comes_back(tmp_path):
    nlp = spacy.blank("en")
    docs = [nlp("Graph neural networks win"), nlp("We use a graph neural network"), nlp("graph")]
    table = count_names([(docs[0], {"Graph neural networks": 0}), (docs[1], {}), (docs[2], {})])
    assert table == {"graph neural network": NameCounts(2.0, (1.0, 0.0, 0.0, 0.0, 0.0))}
    lexicon = Lexicon()
    lexicon.names = table
    lexicon.to_disk(tmp_path)
    again = Lexicon().from_disk(tmp_path)
    assert again.names == lexicon.names
    assert again.counts("Graph Neural Networks").papers == 2
    assert again.counts("tree").concept == 0


NLP = spacy.blank("en")
WORDY = st.lists(
    st.sampled_from(
        ["Graph", "graphs", "neural", "state-of-the-art", "(GNN)", "loss", "\n", "İx", "Σας", "a.b", "-"]
    )
).map(" ".join)


@given(WORDY)
def test_a_run_of_words_has_the_key_of_its_text(text):
    doc = NLP(text)
    runs = list(word_runs(doc))
    assert all(key == lookup_key(doc.text[start:end]) for start, end, key in runs)
    solid = [token for token in doc if token.text[0].isalnum()]
    assert {start for start, _, _ in runs} == {token.idx for token in solid}


@given(
    WORDY, st.sets(st.sampled_from(["graph neural graph", "neural graph", "loss", "state of the art", "gnn"]))
)
def test_a_lexicon_finds_all_that_it_knows(text, names):
    lexicon = Lexicon()
    lexicon.names = {name: NameCounts(1.0, (1.0, 0.0, 0.0, 0.0, 0.0)) for name in names}
    doc = NLP(text)
    assert lexicon(doc)._.known_spans == [(start, end) for start, end, key in word_runs(doc) if key in names]


@pytest.mark.parametrize("text", ["LoRA", "We use BERT (and GPT-4)\non ImageNet.", "graph " * 300])
def test_reading_forward_gives_the_very_numbers_of_the_network(extractor, text):
    recogniser = extractor._nlp.get_pipe("litloom_cnn")
    doc = extractor._nlp.make_doc(text)
    assert np.array_equal(CnnForward(recogniser.model)(doc), recogniser.model.predict([doc])[0])


def test_a_judge_learns_true_probabilities(tmp_path):
    random = np.random.default_rng(0)
    rows = random.normal(size=(4000, 3)).astype(np.float32)
    chance = 1 / (1 + np.exp(-2 * rows[:, 0]))
    judge = train_judge(rows, random.random(4000) < chance, epochs=10)
    assert np.abs(judge.predict(rows) - chance).mean() < 0.06
    judge.save(tmp_path / "judge.npz")
    again = Judge.load(tmp_path / "judge.npz")
    assert np.array_equal(again.predict(rows), judge.predict(rows))


def test_a_judge_of_nothing():
    rows = np.ones((20, 2), dtype=np.float32)
    judge = train_judge(rows, np.arange(20) % 2 == 0, epochs=1)
    assert len(judge.predict(np.zeros((0, 2), dtype=np.float32))) == 0


@given(st.text(max_size=80))
def test_any_token_has_pieces(token):
    pieces = WordPiece(VOCABULARY).ids_of(token)
    assert 1 <= len(pieces) <= MAX_PIECES
    assert all(0 <= number < len(VOCABULARY) for number in pieces)
    assert 0 <= case_of(token) < CASES


@given(st.lists(st.sampled_from(["graph", "nets", "aa", "1-a", " ", "中"]), max_size=8))
def test_pieces_know_their_tokens(tokens):
    pieces = Pieces(WordPiece(VOCABULARY), tokens)
    assert len(pieces.first) == len(pieces.last) == len(tokens)
    assert list(pieces.first[1:]) == [last + 1 for last in pieces.last[:-1]]
    assert len(pieces.ids) == len(pieces.cases)


def test_quantized_weights_are_close():
    weights = small_weights()
    again = dequantized(quantized(weights))
    assert again.keys() == weights.keys()
    for name, values in weights.items():
        assert np.abs(again[name] - values).max() <= np.abs(values).max() / 40


@pytest.mark.parametrize("words", [0, 1, 300, 3000])
def test_every_token_of_long_texts_is_scored(words):
    recogniser = EncoderRecogniser("encoder", heads=4)
    recogniser.set_weights(small_weights(), VOCABULARY)
    doc = recogniser(spacy.blank("en")("graphs " * words))
    (scores,) = doc._.tag_scores
    assert scores.shape == (len(doc), TAG_COUNT)
    assert np.allclose(np.exp(scores).sum(axis=1), 1, atol=1e-4)
    # A row that no window reached would hold the same value throughout.
    assert all(np.ptp(row) > 1e-6 for row in scores)


def test_weights_on_disk_give_the_same_scores(tmp_path):
    recogniser = EncoderRecogniser("encoder", heads=4)
    recogniser.set_weights(dequantized(quantized(small_weights())), VOCABULARY)
    recogniser.to_disk(tmp_path)
    again = EncoderRecogniser("encoder", heads=4).from_disk(tmp_path)
    nlp = spacy.blank("en")
    left, right = (part(nlp("a graph net"))._.tag_scores[0] for part in (recogniser, again))
    assert np.allclose(left, right, atol=0.05)
