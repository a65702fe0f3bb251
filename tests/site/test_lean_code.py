"""Code in pages carries the marks that have a colour, and no others."""

import html
import re
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nbsrc.site.pages.pages import lean_code

ROOT = Path(__file__).parents[2]
CODE = 'def double(x):\n    # twice\n    return f"{x!r}" + "a" if x not in (1.5, 2) else None\n'
PAGE = f"<p>before</p>{highlight(CODE, PythonLexer(), HtmlFormatter())}<p>after</p>"


def test_the_text_of_the_code_stays():
    text = re.search(r"<pre>(.*?)</pre>", lean_code(PAGE), re.DOTALL)[1]
    assert html.unescape(re.sub(r"<[^>]+>", "", text)) == CODE


def test_only_marks_with_a_colour_stay():
    marks = set(re.findall(r'<span class="(\w+)"', lean_code(PAGE)))
    styles = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
    assert marks == {"k", "s", "m", "c", "nf"}
    assert all(re.search(rf"\.highlight \.{mark}\b", styles) for mark in marks)


def test_neighbours_of_one_colour_share_one_mark():
    assert '</span><span class="s">' not in lean_code(PAGE)


def test_what_is_no_code_stays_as_it_is():
    page = '<span class="n">x</span><pre><span class="p">(</span></pre>'
    assert lean_code(page) == page
