"""Code in pages carries the marks that have a colour, and no others."""

import html
import re
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nbsrc.site.pages.highlighting import LeanFormatter
from tests.site.tiny_book import Book

ROOT = Path(__file__).parents[2]
CODE = """@cache
class Twice:
    def double(x):  # twice
        return f"{x!r}" + "a" if x not in (1.5, 2) else None
"""


def marked(formatter: type[HtmlFormatter]) -> str:
    return highlight(CODE, PythonLexer(), formatter())


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page)).strip()


def test_the_text_of_the_code_stays() -> None:
    assert text_of(marked(LeanFormatter)) == text_of(marked(HtmlFormatter)) == CODE.strip()


def test_only_marks_with_a_colour_stay() -> None:
    marks = set(re.findall(r'<span class="(\w+)"', marked(LeanFormatter)))
    styles = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
    assert marks == {"l", "k", "s", "m", "c", "nf", "nc", "nd"}  # l: a line
    assert all(re.search(rf"\.highlight \.{mark}\b", styles) for mark in marks)


def test_neighbours_of_one_colour_share_one_mark() -> None:
    assert '</span><span class="s">' not in marked(LeanFormatter)


def test_the_pages_are_highlighted_so(pristine: Book) -> None:
    page = pristine.page("book/lines/slope")
    assert '<span class="k">from</span> nbsrc.chapter' in page
    assert '<span class="n">' not in page
