"""How a chapter's cells are laid out: results before code, and no code lost."""

from docutils import nodes
from docutils.utils import new_document
from sphinx_exercise.nodes import solution_node

from nbsrc.site.pages.chapters import _results_before_code, folded


def cell(source: str, shows: bool, tag: str = "tag_hide-input") -> nodes.container:
    """A code cell as MyST-NB makes it."""
    made = nodes.container(nb_element="cell_code", hide_mode="input", classes=["cell", tag])
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


def test_code_that_no_figure_follows_is_folded_where_it_is() -> None:
    page = new_document("page")
    page += [cell("figure", shows=True), cell("alone", shows=False), cell("too", shows=False)]
    _results_before_code(page)
    assert len(page) == 2
    (fold,) = page[1].children
    assert isinstance(fold, folded)
    assert [part.astext() for part in fold] == ["alone", "too"]


def test_prose_parts_folds() -> None:
    page = new_document("page")
    prose = nodes.paragraph(text="prose")
    page += [cell("first", shows=False), prose, cell("second", shows=True)]
    _results_before_code(page)
    assert [part.astext() for part in page.findall(folded)] == ["first", "second"]
    assert page.children.index(prose) == 1


def test_code_to_be_read_stays_in_the_text() -> None:
    page = new_document("page")
    page += [cell("read me", shows=True, tag="tag_read")]
    _results_before_code(page)
    assert [part.get("nb_element") for part in page[0]] == ["cell_code_source", "cell_code_output"]


def test_code_of_a_solution_is_not_folded_again() -> None:
    page = new_document("page")
    page += solution_node("", cell("the solution", shows=True))
    _results_before_code(page)
    assert not list(page.findall(folded))
