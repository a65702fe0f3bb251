"""How a chapter's cells are laid out: results before code, and no code lost."""

from docutils import nodes
from docutils.utils import new_document

from nbsrc.site.pages.chapters import _results_before_code, folded


def cell(source: str, shows: bool) -> nodes.container:
    """A folded code cell as MyST-NB makes it."""
    made = nodes.container(nb_element="cell_code", hide_mode="input", classes=["cell"])
    code = nodes.container(nb_element="cell_code_source")
    code += nodes.literal_block(source, source)
    made += code
    if shows:
        made += nodes.container("", nodes.paragraph(text="shown"), nb_element="cell_code_output")
    return made


def test_code_that_prepares_a_figure_stands_in_its_fold() -> None:
    page = new_document("page")
    page += [cell("first", shows=False), cell("second", shows=False), cell("third", shows=True)]
    _results_before_code(page)
    assert len(page) == 1
    output, fold = page[0].children
    assert output["nb_element"] == "cell_code_output"
    assert isinstance(fold, folded)
    assert [part.astext() for part in fold] == ["first", "second", "third"]


def test_folded_code_that_no_figure_follows_stays_where_it_is() -> None:
    page = new_document("page")
    page += [cell("figure", shows=True), cell("alone", shows=False)]
    _results_before_code(page)
    assert page[1].astext() == "alone"
    assert page[1]["hide_mode"] == "input"
