"""Numbers that the prose takes from the run."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nbsrc.chapter.prose import tell


@pytest.fixture
def notebook() -> Iterator[None]:
    """A running notebook's shell."""
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def told(**numbers: object) -> dict[str, str]:
    """Return what ``tell`` hands to the text, by name."""
    with capture_output() as captured:
        tell(**numbers)
    outputs: list[Any] = captured.outputs
    texts = {}
    for output in outputs:
        assert output.metadata["scrapbook"]["mime_prefix"] == "application/papermill.record/"
        (text,) = output.data.values()
        texts[output.metadata["scrapbook"]["name"]] = text
    return texts


@pytest.mark.usefixtures("notebook")
def test_each_number_is_handed_on_by_name_as_readers_see_it() -> None:
    assert told(share=0.123456, many=13002, word="3 of 4", right=np.True_) == {
        "share": "'0.1235'",
        "many": "'13,002'",
        "word": "'3 of 4'",
        "right": "'yes'",
    }


@pytest.mark.usefixtures("notebook")
def test_nothing_is_handed_on_where_one_value_is_no_number() -> None:
    with capture_output() as captured, pytest.raises(ValueError, match="give a number or a text"):
        tell(good=1, bad=[1])
    assert captured.outputs == []


def test_a_plain_script_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tell(share=0.5)
    assert capsys.readouterr().out == ""


def test_a_bad_value_is_refused_in_a_plain_script_too() -> None:
    with pytest.raises(ValueError, match="a measured value is a dict"):
        tell(bad={})
