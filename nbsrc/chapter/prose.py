"""Numbers in prose, from the run.

``tell(accuracy=0.75)`` in a code cell makes the number available to the text as
``{glue:text}`accuracy```, so that no sentence carries a number that code could have computed.
"""

from nbsrc.chapter.claims import measured_text


def tell(**numbers: object) -> None:
    """Give numbers or short texts to the chapter's prose, by name.

    Numbers are shown like a claim's measured figures, rounded for people; pass a text,
    such as ``f"{p:.0%}"``, for any other form. In a plain script nothing happens.

    Raises ``ValueError`` for a value that is neither a number nor a text.
    """
    texts = {name: measured_text(value) for name, value in numbers.items()}
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is None:
        return
    for name, text in texts.items():
        display(
            {"application/papermill.record/text/plain": repr(text)},
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
        )
