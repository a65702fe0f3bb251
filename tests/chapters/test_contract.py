"""What every chapter keeps to, read from its source."""

import ast
import re
import statistics
from pathlib import Path

import pytest
import yaml

from nbsrc.site.build import notebooks, replication
from nbsrc.site.pages import coverage

ROOT = Path(__file__).parents[2]
UNANSWERED = 49
"""Rows of the founding documents that no page answers yet; to be lowered with each chapter."""
PAGES = notebooks.notebooks(ROOT)
CHAPTERS = {p: f for p, f in PAGES.items() if "chapter" in notebooks.read_notebook(f).front_matter}
each_page = pytest.mark.parametrize("path", PAGES.values(), ids=lambda p: p.stem)
each_chapter = pytest.mark.parametrize("path", CHAPTERS.values(), ids=lambda p: p.stem)


@each_page
def test_code_cells_are_short(path: Path) -> None:
    """A figure's cell is one function, of a length that another test limits."""
    cells = [
        cell
        for cell in notebooks.read_notebook(path).node.cells
        if cell.cell_type == "code" and "figure" not in cell.metadata.get("mystnb", {})
    ]
    too_long = [c.source for c in cells if len(c.source.splitlines()) > 25]
    assert not too_long
    shown = [c for c in cells if "hide-input" not in c.metadata.get("tags", [])]
    assert statistics.median(len(c.source.splitlines()) for c in shown or cells) <= 8


@each_page
def test_code_fits_the_page(path: Path) -> None:
    for cell in notebooks.read_notebook(path).code:
        for number, line in enumerate(cell.source.splitlines(), start=1):
            if "claim(" not in cell.source:
                assert len(line) <= 100, f"cell at line {cell.line}, its line {number}: {line}"


@each_page
def test_randomness_comes_from_the_books_seed_alone(path: Path) -> None:
    code = "\n".join(cell.source for cell in notebooks.read_notebook(path).code)
    assert not re.search(
        r"default_rng|np\.random\.(?!Generator)|random_state=\d|import random", code
    )


@each_chapter
def test_a_chapter_opens_as_jupyter_expects(path: Path) -> None:
    front = notebooks.read_notebook(path).front_matter
    assert front["jupytext"]["text_representation"]["format_name"] == "myst"
    assert front["kernelspec"]["name"] == "python3"


@each_chapter
def test_a_chapter_has_exercises_and_each_has_a_solution(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    labels = re.findall(r"\{exercise(?:-start)?\}.*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution(?:-start)?\} (\S+)", text)
    assert len(labels) >= 6 and sorted(labels) == sorted(solved)


@each_chapter
def test_a_chapter_ends_with_what_it_showed_and_what_it_did_not(path: Path) -> None:
    headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ending = [h.strip("*").lower().replace("*", "") for h in headings[-4:]]
    assert ending == ["what we saw", "what this does not show", "exercises", "sources"]


@each_chapter
def test_every_sentence_of_what_we_saw_is_a_claim(path: Path) -> None:
    section = path.read_text(encoding="utf-8").split("## What we saw")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    assert lines and all(line.startswith("- {claim}`") for line in lines)


def claims(path: Path) -> list[ast.Call]:
    """Return the calls that make a chapter's claims."""
    return [
        call
        for cell in notebooks.read_notebook(path).code
        for call in ast.walk(ast.parse(cell.source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "claim"
    ]


def boxes(path: Path) -> list[str]:
    """Return the ids of a chapter's claims that stand in a box."""
    return [
        ast.literal_eval(call.args[0])
        for call in claims(path)
        if not any(k.arg == "quiet" and ast.literal_eval(k.value) for k in call.keywords)
    ]


@each_chapter
def test_a_chapter_has_at_most_nine_boxes_of_claims(path: Path) -> None:
    assert 1 <= len(boxes(path)) <= 9, boxes(path)


@pytest.mark.parametrize("page", ["topology", "ring", "links", "easy-way-out"])
def test_claims_about_shapes_say_which_kind_of_truth_they_are(page: str) -> None:
    path = PAGES[f"book/geometry/{page}"]
    for call in claims(path):
        said = " ".join(
            ast.unparse(part)
            for part in [call.args[1], *(k.value for k in call.keywords if k.arg == "but")]
        )
        assert re.search(r"\b(?:proved|certified|observed)\b", said, re.I), ast.unparse(
            call.args[0]
        )
    text = path.read_text(encoding="utf-8")
    assert all(f"{{term}}`{kind}" in text for kind in ("proved", "observed"))


def test_no_easy_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sorted((ROOT / "book").rglob("*.md"))
        if "_vendor" not in path.parts
        for word in re.findall(
            r"\b(?:simply|obviously|trivially)\b", path.read_text(encoding="utf-8"), re.I
        )
    ]
    assert not found


def test_answers_name_rows_that_exist_and_the_rest_are_counted() -> None:
    documents = coverage.load(ROOT)
    answers = {}
    for path in sorted((ROOT / "book").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if text.startswith("---"):
            front = yaml.safe_load(text.split("---", 2)[1]) or {}
            answers[path.relative_to(ROOT).with_suffix("").as_posix()] = front.get("answers", [])
    pages = coverage.answers_by_row(answers, documents)
    unanswered = [row for row, by in pages.items() if not by]
    assert len(unanswered) == UNANSWERED, " ".join(unanswered)


def test_claims_were_replayed_under_twenty_seeds_and_hold_in_nineteen() -> None:
    counts = replication.load(ROOT)
    for page in PAGES:
        replay = counts.pages.get(page)
        assert replay, f"{page} was never replayed: make replicate SEEDS=0:20"
        assert replay["code"] == counts.hashes[page], f"{page} changed: make replicate SEEDS=0:20"
        assert len(replay["seeds"]) >= 20
        for claim, held in replay["held"].items():
            assert held >= 0.95 * len(replay["seeds"]), (
                f"{claim} held in {held} of {len(replay['seeds'])}"
            )
