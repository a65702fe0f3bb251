"""Formulas as Vega expressions, for charts that compute in the reader's browser.

Each function takes expressions and returns one. Tests compare them with
:mod:`nbsrc.neurons.activations`.
"""


def fixed(expression: str, digits: int = 2) -> str:
    """Return the text of a number with so many decimals."""
    return f"format({expression}, '.{digits}f')"


def sigmoid(z: str) -> str:
    """Return σ(z).

    >>> sigmoid("x")
    '(1 / (1 + exp(-(x))))'
    """
    return f"(1 / (1 + exp(-({z}))))"


def tanh(z: str) -> str:
    """Return tanh(z)."""
    return f"(2 / (1 + exp(-2 * ({z}))) - 1)"


def activation(name: str, z: str) -> str:
    """Return f(z), where ``name`` is an expression for the name of f in the book."""
    return (
        f"{{'sigmoid': {sigmoid(z)}, 'tanh': {tanh(z)}, 'ReLU': max({z}, 0), 'identity': ({z}), "
        f"'leaky ReLU': ({z}) > 0 ? ({z}) : 0.01 * ({z}), 'step': ({z}) > 0 ? 1 : 0}}[{name}]"
    )


def slope(name: str, z: str) -> str:
    """Return f′(z), where ``name`` is an expression for the name of f in the book."""
    s, t = sigmoid(z), tanh(z)
    return (
        f"{{'sigmoid': {s} * (1 - {s}), 'tanh': 1 - {t} * {t}, 'ReLU': ({z}) > 0 ? 1 : 0, "
        f"'identity': 1, 'leaky ReLU': ({z}) > 0 ? 1 : 0.01, 'step': 0}}[{name}]"
    )


def table(rows: dict[str, object], key: str) -> str:
    """Return the entry of a table at ``key``, an expression.

    >>> table({"a": [0, 1]}, "name")
    "{'a': [0, 1]}[name]"
    """
    return "{" + ", ".join(f"'{name}': {value}" for name, value in rows.items()) + f"}}[{key}]"
