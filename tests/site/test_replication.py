"""Replaying chapters under other seeds: counted right, kept when broken, sent to a cluster."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.site.build.replication import FILE, Counts, parse_seeds, replay
from tests.site.tiny_book import CHAPTER, Book, Outcome

HOLDS = "holds=2 * 1 == 2"
EVEN = "holds=book_seed() % 2 == 0"


@given(st.integers(0, 10**6), st.integers(1, 200))
def test_a_range_names_its_seeds_without_its_end(first: int, count: int) -> None:
    assert parse_seeds(f"{first}:{first + count}") == list(range(first, first + count))


@given(st.lists(st.integers(0, 10**9), min_size=1, unique=True))
def test_a_list_names_its_seeds_in_order(seeds: list[int]) -> None:
    assert parse_seeds(",".join(map(str, seeds))) == seeds


@given(st.lists(st.integers(0, 99), min_size=1), st.data())
def test_a_repeated_seed_is_refused(seeds: list[int], data: st.DataObject) -> None:
    repeated = [*seeds, data.draw(st.sampled_from(seeds))]
    with pytest.raises(ValueError, match="SEEDS is"):
        parse_seeds(",".join(map(str, repeated)))


@given(st.integers(0, 99), st.integers(0, 99))
def test_an_empty_range_is_refused(first: int, back: int) -> None:
    with pytest.raises(ValueError, match="write a range such as 0:20"):
        parse_seeds(f"{first}:{max(0, first - back)}")


@given(st.text(max_size=8))
def test_whatever_is_typed_gives_seeds_or_one_clear_line(text: str) -> None:
    try:
        seeds = parse_seeds(text)
    except ValueError as error:
        assert str(error).startswith("SEEDS is ")
    else:
        assert seeds
        assert all(seed >= 0 for seed in seeds)


def test_a_replay_tells_its_claims_and_a_crash_what_went_wrong() -> None:
    code = (
        "from nbsrc.chapter.claims import claim\nfrom nbsrc.chapter.seed import book_seed\n"
        "claim('a-b', 'Odd.', holds=book_seed() % 2 == 1, measured={'seed': book_seed()})\n"
    )
    assert replay(code, "odd", 3) == {"claims": {"a-b": True}, "error": ""}
    assert replay(code, "odd", 4) == {"claims": {"a-b": False}, "error": ""}
    assert replay(code + "1 / 0", "odd", 3)["error"] == "ZeroDivisionError: division by zero"
    assert replay("import os; os._exit(7)", "silent", 3)["error"] == "exit code 7"


def test_counts_of_changed_code_are_said_to_be_out_of_date() -> None:
    counts = Counts({"a": {"code": "x", "seeds": [0, 1], "held": {"a-b": 1}}}, {"a": "x"})
    assert counts.text("a", "a-b") == "1 of 2 seeds"
    assert counts.text("a", "a-c") == counts.text("b", "b-c") == "not replayed yet"
    counts.hashes["a"] = "y"
    assert counts.text("a", "a-b") == "1 of 2 seeds, before a change"


def replicated(book: Book, seeds: str, **variables: str) -> Outcome:
    """Replay under seeds; the outcome's complaint is what follows the progress bar."""
    outcome = book.run("replicate", seeds, **variables)
    assert "Traceback" not in outcome.err
    return outcome


def test_a_claim_that_holds_under_some_seeds_is_counted_shown_and_kept_when_a_replay_breaks_off(
    book: Book,
) -> None:
    book.edit(CHAPTER, HOLDS, EVEN)
    outcome = replicated(book, "0:5")
    assert outcome.code == 0, outcome.err
    assert "book/lines/slope  slope-double: held in 3 of 5 seeds" in outcome.out
    kept = (book.root / FILE).read_bytes()
    assert json.loads(kept)["book/lines/slope"]["held"] == {"slope-double": 3}

    assert book.build().code == 0
    assert "3 of 5 seeds<" in book.page("book/reference/claims")

    book.edit(CHAPTER, "tell(four=4)", "tell(four=4)\nif book_seed() == 6: 1 / 0")
    broken = replicated(book, "5,6")
    assert broken.code == 1
    assert "error: book/lines/slope, seed 6: ZeroDivisionError: division by zero" in broken.err
    assert (book.root / FILE).read_bytes() == kept, "a replay that breaks off keeps the old counts"


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a Dask scheduler on loopback, whose worker runs in this process."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("ON_THE_CLUSTER", "yes")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        host="127.0.0.1",
        protocol="tcp://",
        dashboard_address=None,
    ) as cluster:
        yield cluster.scheduler_address


def test_replays_go_to_the_dask_cluster_whose_address_is_given(
    scheduler: str, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim holds only in processes that a worker of the cluster started."""
    book.edit(CHAPTER, HOLDS, 'holds=__import__("os").environ["ON_THE_CLUSTER"] == "yes"')
    here = replicated(book, "0:3", ON_THE_CLUSTER="no")
    assert "slope-double: held in 0 of 3 seeds" in here.out
    there = replicated(book, "0:3", ON_THE_CLUSTER="no", DASK_SCHEDULER_ADDRESS=scheduler)
    assert there.code == 0, there.err
    assert "slope-double: held in 3 of 3 seeds" in there.out


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "tcp://127.0.0.1"])
def test_a_dask_address_that_nobody_answers_gets_one_clear_line(
    address: str, shared_book: Book
) -> None:
    before = {path: path.read_bytes() for path in (shared_book.root / "book").rglob("*.json")}
    outcome = shared_book.run("replicate", "0:2", DASK_SCHEDULER_ADDRESS=address)
    assert outcome.code == 1
    assert outcome.complaint.startswith(f"error: no Dask scheduler answers at {address}")
    assert len(outcome.err.strip().splitlines()) == 1
    assert {p: p.read_bytes() for p in (shared_book.root / "book").rglob("*.json")} == before
