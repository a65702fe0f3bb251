"""Reading a text, its words, its vocabulary and its contexts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.maps.text import (
    HEAD,
    RARE,
    START,
    Vocabulary,
    contexts,
    read_text,
    tokens,
    vocabulary,
)

TOP = "\n".join(f"{name}: {1900 if name == 'Year' else 'x'}" for name in HEAD)
PARAGRAPHS = st.lists(
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=9), min_size=1, max_size=6
)


def test_the_bundled_text_is_the_whole_book_without_a_licence_header() -> None:
    oz = read_text()
    assert oz.title == "The Wonderful Wizard of Oz"
    assert oz.paragraphs[0].startswith("Dorothy lived in the midst of the great Kansas prairies")
    assert oz.paragraphs[-1].endswith("I'm so glad to be at home again!\"")
    whole = "\n".join(oz.paragraphs).lower()
    assert "gutenberg" not in whole and "license" not in whole and "<" not in whole


def test_every_letter_of_the_bundled_text_is_in_its_tokens() -> None:
    letters = sum(c.isalpha() for p in read_text().paragraphs for c in p)
    assert letters == sum(c.isalpha() for p in read_text().paragraphs for t in tokens(p) for c in t)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "lacks Title, Author"),
        (b"Title: x\n\nText", "lacks Author"),
        (TOP.replace("1900", "long ago").encode() + b"\n\nText", "a year in digits"),
        (TOP.encode() + b"\n\n= A heading only\n", "no paragraphs"),
        (TOP.encode() + b"\n\n\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_of_another_form_is_one_clear_error(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "other.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        read_text(path)


def test_a_path_that_leads_nowhere_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere.*cannot be read"):
        read_text(tmp_path / "nowhere.txt")


def test_headings_and_empty_lines_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_text(f"{TOP}\n\n= One\nFirst.\n\nSecond.\n", encoding="utf-8")
    assert read_text(path).paragraphs == ("First.", "Second.")


def test_words_keep_their_apostrophes_and_hyphens() -> None:
    assert tokens("`Good-bye,' said Dorothy's aunt--\"come!\"") == [
        *("good-bye", ",", "said", "dorothy's", "aunt", '"', "come", "!", '"'),
    ]


@given(PARAGRAPHS)
def test_contexts_are_the_paragraphs_read_through_a_window(paragraphs: list[list[str]]) -> None:
    known = vocabulary(paragraphs, len({w for p in paragraphs for w in p}) + 2)
    found = contexts(paragraphs, known, 2)
    assert len(found) == sum(map(len, paragraphs))
    rebuilt = iter(zip(found.before.tolist(), found.word.tolist(), strict=True))
    for paragraph in paragraphs:
        padded = [START, START, *paragraph]
        for k, word in enumerate(paragraph):
            before, number = next(rebuilt)
            assert [known.words[i] for i in before] == padded[k : k + 2]
            assert known.words[number] == word


@given(PARAGRAPHS, st.integers(3, 8))
def test_a_vocabulary_holds_the_commonest_words(paragraphs: list[list[str]], size: int) -> None:
    every = [w for p in paragraphs for w in p]
    size = min(size, len(set(every)) + 2)
    known = vocabulary(paragraphs, size)
    assert len(known) == size
    least = min(every.count(word) for word in known.words[2:])
    assert all(every.count(word) <= least for word in set(every) - set(known.words))
    assert known.numbers(["never seen"]) == [1]


def test_bad_input_is_refused() -> None:
    known = vocabulary([["a", "b"]], 4)
    with pytest.raises(ValueError, match="size is 9; give 3 to 4"):
        vocabulary([["a", "b"]], 9)
    with pytest.raises(ValueError, match="length is 0"):
        contexts([["a"]], known, 0)
    with pytest.raises(ValueError, match="no word"):
        contexts([[]], known, 2)
    with pytest.raises(ValueError, match="'z' is not among the 4 words"):
        known.number("z")
    with pytest.raises(ValueError, match="each word once"):
        Vocabulary((START, RARE, "a", "a"))
    assert np.array_equal(contexts([["a"]], known, 3).last, [0])
