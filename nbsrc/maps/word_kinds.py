"""Words sorted by hand, as *The Wonderful Wizard of Oz* mostly uses them: by grammar, by topic.

Words that do two jobs about equally often are left out. Within a kind of word the topics part those
that name like things; all words of a topic are of one kind.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from nbsrc.arrays import Array
from nbsrc.maps.text import Numbers

_KINDS = {
    "noun": """scarecrow woodman lion dorothy toto oz witch wizard glinda girl man woman people men
        child king queen princess soldier farmer lady friend friends travelers strangers guardian
        aunt uncle monkeys mice winkies munchkins beast beasts dog crows birds stork witches head
        heads heart brains eyes arms legs leg body face feet neck mouth hands joints voice tears
        city country land forest road trees tree river grass flowers sun water fire air ground hill
        desert world kansas house room door floor wall gate gates palace castle throne bed corner
        day night morning time times moment years cap shoes axe basket straw balloon clothes silk
        spectacles raft pole emeralds courage life power mind color place side part end way journey
        surprise charm cyclone pieces thing things branches""",
    "past verb": """said asked cried answered replied inquired continued remarked declared exclaimed
        told called came went walked ran flew returned followed turned reached started stopped led
        saw heard looked thought knew felt seemed became began grew stood sat lay lived kept gave
        took made found carried brought sent picked caught killed opened ate met fell bowed
        happened""",
    "plain verb": """see get go come know make give think find tell carry take keep ask let send say
        walk run feel want live try kill thank use call""",
    "adjective": """little great big small long short high low green yellow golden silver blue white
        gray bright dark good wicked pretty beautiful lovely wonderful terrible strange powerful
        cowardly afraid glad sorry happy tired frightened surprised pleased ready sure asleep dead
        old new poor dear sharp thick winged""",
    "pronoun": "i you he it they she we me him them us himself herself myself",
    "possessive": "his my their your its our dorothy's",
    "preposition": """of in for with at on from by upon into through beside toward behind among
        across under without near""",
    "helping verb": """was had is were be have are am been has will could would shall must can
        should cannot may might""",
}

_TOPICS = {
    "companion": "scarecrow woodman lion dorothy toto oz witch wizard glinda",
    "person": """girl man woman people men child king queen princess soldier farmer lady friend
        friends travelers strangers guardian aunt uncle""",
    "animal": "monkeys mice beast beasts dog crows birds stork",
    "body": "head heads heart brains eyes arms legs leg body face feet neck mouth hands joints",
    "landscape": """city country land forest road trees tree river grass flowers sun water fire air
        ground hill desert world kansas""",
    "house": "house room door floor wall gate gates palace castle throne bed corner",
    "time": "day night morning time times moment years",
    "thing": "cap shoes axe basket straw balloon clothes silk spectacles raft pole emeralds",
    "speaking": """said asked cried answered replied inquired continued remarked declared exclaimed
        told called""",
    "moving": """came went walked ran flew returned followed turned reached started stopped led""",
    "sensing": "saw heard looked thought knew felt seemed",
    "handling": "gave took made found carried brought sent picked caught killed opened",
    "colour": "green yellow golden silver blue white gray bright dark",
    "size": "little great big small long short high low",
    "feeling": "afraid glad sorry happy tired frightened surprised pleased",
    "judging": "good wicked pretty beautiful lovely wonderful terrible strange powerful cowardly",
}


def _by_word(groups: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in groups.items() for word in words.split()}


KIND = _by_word(_KINDS)
"""For each sorted word its kind, such as ``noun``."""
TOPIC = _by_word(_TOPICS)
"""For some of these words a topic, such as ``colour``."""


def directions(vectors: Array) -> Array:
    """Return rows (n, d) less their mean, each scaled to length 1, so that far is unlike.

    Rows at the mean stay 0. Raises ``ValueError`` for numbers that are not finite.

    >>> directions(np.array([[1.0, 0.0], [3.0, 0.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    vectors = np.asarray(vectors, float)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError(f"vectors are finite numbers (n, d); got shape {vectors.shape}")
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled = np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0)
    return np.asarray(scaled)


def nearest(vectors: Array, k: int) -> Numbers:
    """Return for each row the k others nearest in direction, (n, k), the nearest first.

    Raises ``ValueError`` unless k is from 1 to n − 1.

    >>> nearest(np.array([[0.0, 1.0], [0.1, 1.0], [0.0, -1.0]]), 1).ravel()
    array([1, 0, 0])
    """
    if not 1 <= k < len(vectors):
        raise ValueError(f"k is {k}; with {len(vectors)} rows it must be from 1 to n - 1")
    rows = directions(vectors)
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -2)
    return np.argsort(-likeness, axis=1, kind="stable")[:, :k]


def shared(labels: Sequence[str], neighbours: Numbers) -> float:
    """Return the share of neighbours (n, k) that have the label of the word they belong to.

    >>> shared(["a", "a", "b"], np.array([[1], [0], [0]]))
    0.6666666666666666
    """
    named = np.asarray(labels)
    return float((named[neighbours] == named[:, None]).mean())


def shared_by_chance(labels: Sequence[str]) -> float:
    """Return what :func:`shared` is on average where neighbours are drawn from the others."""
    _, counts = np.unique(np.asarray(labels), return_counts=True)
    n = int(counts.sum())
    return float((counts * (counts - 1)).sum() / (n * (n - 1)))


def overlap(one: Numbers, other: Numbers) -> float:
    """Return the share of each row's numbers that stand in the same row of the other, both (n, k).

    >>> overlap(np.array([[1, 2]]), np.array([[2, 3]]))
    0.5
    """
    return float((one[:, :, None] == other[:, None, :]).any(axis=2).mean())
