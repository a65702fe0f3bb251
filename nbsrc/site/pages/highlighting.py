"""Highlighted code without the marks that book.css gives no colour: half of all code otherwise."""

import re
from typing import Any

from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx.highlighting import PygmentsBridge

_UNCOLOURED = re.compile(r"n(?![fcd]$)[a-z]*|p|w|o|bp|fm|vm")


class LeanFormatter(HtmlFormatter):
    """Marks keywords, strings, numbers, comments and the names of what is defined, alike each.

    >>> from pygments import highlight
    >>> from pygments.lexers import PythonLexer
    >>> highlight("a in 1", PythonLexer(), LeanFormatter(nowrap=True))
    'a <span class="k">in</span> <span class="m">1</span>\\n'
    """

    def _get_css_class(self, ttype: Any) -> str:
        if ttype is Token.Operator.Word:
            return "k"
        mark: str = super()._get_css_class(ttype)
        if _UNCOLOURED.fullmatch(mark):
            return ""
        return mark[0] if mark[:1] in ("k", "s", "m", "c") else mark

    def wrap(self, source: Any) -> Any:
        """Mark each line, so that what is too long for a page goes on below, set in."""
        return super().wrap((is_code, _line(text)) for is_code, text in source)


def _line(text: str) -> str:
    code = text.rstrip("\n")
    indent = len(code) - len(code.lstrip(" "))
    place = f' style="--in:{indent}"' if indent else ""
    return f'<span class="l"{place}>{code}</span>\n'


def setup(app: Any) -> None:
    """Have Sphinx highlight so."""
    PygmentsBridge.html_formatter = LeanFormatter
