"""Carrying out a pickle: from bytes to numbers, texts, lists and own values, within limits."""

from __future__ import annotations

from gdviz.storage.readers.pickle_opcodes import OPERATIONS, STOP
from gdviz.storage.readers.pickle_state import PickleError, PickleState

_STEPS_AT_ONCE = 1_000
"""Steps that are counted together, and before they are taken."""

_DAMAGE = (ArithmeticError, IndexError, ValueError)


def _unknown(state: PickleState) -> None:
    at = state.position - 1
    raise PickleError(f"{state.content[at]:#04x} at {at:,} is no operation of a pickle")


_TABLE = tuple(OPERATIONS.get(code, _unknown) for code in range(256))


class ForeignNamesError(PickleError):
    """A pickle names what is not on the list.

    Parameters
    ----------
    names : tuple of str
        In the order of the file.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(f"it holds more than arrays: it names {listed(names)}")


def listed(names: tuple[str, ...], most: int = 6) -> str:
    """Give names as one text, the first of many."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def unpickled(state: PickleState) -> object:
    """Carry out the pickle at the state's position, up to its end.

    Parameters
    ----------
    state : PickleState
        Stands behind the pickle afterwards; more of them may follow.

    Returns
    -------
    object
        Numbers, texts, views of bytes, lists, tuples, None and values of this package.

    Raises
    ------
    ForeignNamesError
        If it names what is not on the list; the rest of it was passed over to find all such names.
    PickleError
        If it is damaged or passes a limit.
    """
    state.begin()
    start = state.position
    try:
        value = _run(state)
    except PickleError:
        _refuse_foreign(state)
        raise
    except _DAMAGE:
        _refuse_foreign(state)
        raise PickleError(
            f"the pickle that begins at {start:,} is damaged near byte {state.position:,}"
        ) from None
    _refuse_foreign(state)
    return value


def nested(state: PickleState) -> object:
    """Carry out a pickle in the middle of another one, once."""
    if state.is_nested:
        raise PickleError("a pickle within a pickle within a pickle")
    kept = state.stack, state.below, state.memo
    state.is_nested = True
    state.begin()
    value = _run(state)
    state.is_nested = False
    state.stack, state.below, state.memo = kept
    return value


def _run(state: PickleState) -> object:
    content = state.content
    while True:
        n_steps = min(_STEPS_AT_ONCE, max(1, state.limits.operations - state.n_operations))
        state.count(n_steps)
        for step in range(n_steps):
            code = content[state.position]
            state.position += 1
            if code == STOP:
                state.n_operations -= n_steps - step - 1
                return state.stack.pop()
            _TABLE[code](state)


def _refuse_foreign(state: PickleState) -> None:
    if state.foreign:
        raise ForeignNamesError(tuple(state.foreign)) from None
