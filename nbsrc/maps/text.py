"""A text to learn from: read, cut into words, numbered by a vocabulary, and cut into contexts."""

import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUNDLED = "oz.txt"
"""L. Frank Baum, *The Wonderful Wizard of Oz* (1900), public domain; its head says where from."""

START = "‹start›"
RARE = "‹rare›"
"""What stands before a paragraph's first word, and for a word that the vocabulary lacks."""

HEAD = ("Title", "Author", "Year", "Source", "Rights")
_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[.,;:!?\"]")

Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class Text:
    """A text in paragraphs, and where it comes from."""

    title: str
    author: str
    year: int
    source: str
    rights: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The words that are known, each with its number: its place in ``words``."""

    words: tuple[str, ...]
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if self.words[:2] != (START, RARE) or len(set(self.words)) != len(self.words):
            raise ValueError(f"a vocabulary begins with {START}, {RARE} and has each word once")
        object.__setattr__(self, "_numbers", {word: k for k, word in enumerate(self.words)})

    def __len__(self) -> int:
        return len(self.words)

    def number(self, word: str) -> int:
        """Return a word's number; raises ``ValueError`` for one that is not known."""
        if word not in self._numbers:
            raise ValueError(f"{word!r} is not among the {len(self)} words of this vocabulary")
        return self._numbers[word]

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """Return the tokens' numbers; what is not known counts as a rare word."""
        return [self._numbers.get(token, 1) for token in tokens]


@dataclass(frozen=True, eq=False)
class Contexts:
    """Places of a text: ``before`` (n, length) word numbers, and the ``word`` (n,) that follows."""

    before: Numbers
    word: Numbers

    def __len__(self) -> int:
        return len(self.word)

    @cached_property
    def last(self) -> Numbers:
        """The last word of each context, (n,)."""
        return self.before[:, -1]


def read_text(path: str | Path | None = None) -> Text:
    """Return a text from a file, or the bundled one.

    The file is UTF-8: lines ``Title: ...``, ``Author: ...``, ``Year: ...``, ``Source: ...`` and
    ``Rights: ...``, an empty line, then one paragraph a line; lines that begin with ``=`` are
    headings and left out. Raises ``ValueError`` where the file cannot be read or is not like that.

    >>> oz = read_text()
    >>> oz.author, oz.year, len(oz.paragraphs)
    ('L. Frank Baum', 1900, 1102)
    """
    named = BUNDLED if path is None else str(path)
    try:
        raw = pkgutil.get_data(__name__, BUNDLED) if path is None else Path(path).read_bytes()
        whole = (raw or b"").decode("utf-8")
    except OSError as error:
        raise ValueError(f"the text {named!r} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"the text {named!r} is not UTF-8: {error.reason}") from None
    top, _, body = whole.partition("\n\n")
    said = dict(line.split(": ", 1) for line in top.splitlines() if ": " in line)
    missing = [name for name in HEAD if name not in said]
    if missing or not said["Year"].isdecimal():
        raise ValueError(f"the head of {named!r} lacks {', '.join(missing) or 'a year in digits'}")
    paragraphs = tuple(line for line in body.splitlines() if line and not line.startswith("="))
    if not paragraphs:
        raise ValueError(f"the text {named!r} has no paragraphs after its head")
    title, author, year, source, rights = (said[name] for name in HEAD)
    return Text(title, author, int(year), source, rights, paragraphs)


def tokens(paragraph: str) -> list[str]:
    """Return a paragraph's words, in small letters, and its stops and quotation marks.

    >>> tokens('"I am Oz," said the Head.')
    ['"', 'i', 'am', 'oz', ',', '"', 'said', 'the', 'head', '.']
    """
    return _TOKEN.findall(paragraph.lower().replace("`", "'").replace("’", "'"))


def vocabulary(paragraphs: Iterable[Sequence[str]], size: int) -> Vocabulary:
    """Return the commonest tokens, after two marks of our own: ``size`` words in all.

    Equally common ones are in alphabetical order. Raises ``ValueError`` for a size below 3 or above
    what there is.

    >>> vocabulary([["a", "b", "a"]], 3).words
    ('‹start›', '‹rare›', 'a')
    """
    counts = Counter(token for paragraph in paragraphs for token in paragraph)
    if not 3 <= size <= len(counts) + 2:
        raise ValueError(f"size is {size}; give 3 to {len(counts) + 2}")
    common = sorted(counts, key=lambda token: (-counts[token], token))[: size - 2]
    return Vocabulary((START, RARE, *common))


def contexts(paragraphs: Iterable[Sequence[str]], known: Vocabulary, length: int) -> Contexts:
    """Return each place of the paragraphs: the ``length`` words before it and the word there.

    A paragraph's first places are filled up with the start mark. Raises ``ValueError`` for a
    length below 1 and for paragraphs without a word.

    >>> few = vocabulary([["a", "b"]], 4)
    >>> found = contexts([["a", "b"]], few, 2)
    >>> found.before.tolist(), found.word.tolist()
    ([[0, 0], [0, 2]], [2, 3])
    """
    if length < 1:
        raise ValueError(f"length is {length}; a context has 1 word or more")
    rows = [[0] * length + known.numbers(paragraph) for paragraph in paragraphs]
    word = [number for row in rows for number in row[length:]]
    if not word:
        raise ValueError("the paragraphs have no word")
    before = [row[k : k + length] for row in rows for k in range(len(row) - length)]
    return Contexts(np.array(before, np.intp), np.array(word, np.intp))
