"""What each operation of a pickle does, protocols 0 to 5: a table by its byte.

References
----------
`pickletools` of Python 3.13, whose table of operations is the format's only full description.
"""

from __future__ import annotations

from collections.abc import Callable

from gdviz.storage.readers.pickle_literals import (
    LITERALS,
    Operation,
    characters,
    pushing,
    pushing_new,
)
from gdviz.storage.readers.pickle_state import (
    Buildable,
    Foreign,
    Named,
    Pairs,
    PickleError,
    PickleState,
)

_PROTOCOLS = 5
_NAME_BYTES = 1_000


def _protocol(state: PickleState) -> None:
    version = state.number(1)
    if version > _PROTOCOLS:
        raise PickleError(f"a pickle of protocol {version}; known are 0 to {_PROTOCOLS}")


def _frame(state: PickleState) -> None:
    n_bytes = state.number(8)
    if state.position + n_bytes > len(state.content):
        raise PickleError(f"it ends within a frame of {n_bytes:,} bytes")


def _pop(state: PickleState) -> None:
    if state.stack:
        state.stack.pop()
    else:
        state.pop_group()


def _duplicate(state: PickleState) -> None:
    state.stack.append(state.stack[-1])


def _pop_group(state: PickleState) -> None:
    state.pop_group()


def _tuple_of(count: int) -> Operation:
    def act(state: PickleState) -> None:
        values = tuple(state.stack.pop() for _ in range(count))
        state.stack.append(values[::-1])

    return act


def _tuple(state: PickleState) -> None:
    values = tuple(state.pop_group())
    state.stack.append(values)


def _list(state: PickleState) -> None:
    values = state.pop_group()
    state.stack.append(values)


def _dictionary(state: PickleState) -> None:
    values = state.pop_group()
    pairs = Pairs()
    _set_items(pairs, values)
    state.stack.append(pairs)


def _append(state: PickleState) -> None:
    value = state.stack.pop()
    _extend(state.stack[-1], [value])


def _append_group(state: PickleState) -> None:
    values = state.pop_group()
    _extend(state.stack[-1], values)


def _extend(target: object, values: list[object]) -> None:
    if isinstance(target, list):
        target.extend(values)
    elif not isinstance(target, Foreign):
        raise PickleError("it appends to what is no list")


def _set_item(state: PickleState) -> None:
    value, key = state.stack.pop(), state.stack.pop()
    _set_items(state.stack[-1], [key, value])


def _set_group(state: PickleState) -> None:
    values = state.pop_group()
    _set_items(state.stack[-1], values)


def _set_items(target: object, values: list[object]) -> None:
    if len(values) % 2:
        raise PickleError("a key without a value")
    if isinstance(target, Pairs):
        target.add(zip(values[::2], values[1::2], strict=True))
    elif not isinstance(target, Foreign):
        raise PickleError("it sets an item of what is no dictionary")


def _put(read_index: Callable[[PickleState], int]) -> Operation:
    return lambda state: state.remember(read_index(state), state.stack[-1])


def _get(read_index: Callable[[PickleState], int]) -> Operation:
    def act(state: PickleState) -> None:
        index = read_index(state)
        if index not in state.memo:
            raise PickleError(f"its memo has nothing at {index:,}")
        state.stack.append(state.memo[index])

    return act


def _index_of(n_bytes: int) -> Callable[[PickleState], int]:
    return lambda state: state.number(n_bytes)


def _line_of_index(state: PickleState) -> int:
    return int(characters(state))


def _memoize(state: PickleState) -> None:
    state.remember(len(state.memo), state.stack[-1])


def _line_of_name(state: PickleState) -> str:
    line = state.line()
    if len(line) > _NAME_BYTES:
        raise PickleError(f"a name of {len(line):,} bytes")
    return str(line, "utf-8")


def _name(state: PickleState) -> None:
    state.stack.append(state.named(_line_of_name(state), _line_of_name(state)))


def _name_on_stack(state: PickleState) -> None:
    name, module = state.stack.pop(), state.stack.pop()
    state.stack.append(state.named(module, name))


def _made(state: PickleState, maker: object, arguments: object) -> object:
    """Give what an entry of the list makes of arguments; anything else makes nothing."""
    if not isinstance(maker, Named) or not isinstance(arguments, tuple):
        raise PickleError("it calls what is no function")
    return maker.make(arguments, state)


def _call(state: PickleState) -> None:
    arguments, maker = state.stack.pop(), state.stack.pop()
    state.stack.append(_made(state, maker, arguments))


def _new_with_keywords(state: PickleState) -> None:
    keywords, arguments, maker = state.stack.pop(), state.stack.pop(), state.stack.pop()
    if not isinstance(keywords, Pairs):
        raise PickleError("it makes an object of strange arguments")
    state.stack.append(_made(state, maker, arguments))


def _old_instance(state: PickleState) -> None:
    maker = state.named(_line_of_name(state), _line_of_name(state))
    arguments = tuple(state.pop_group())
    state.stack.append(_made(state, maker, arguments))


def _old_object(state: PickleState) -> None:
    maker, *arguments = state.pop_group()
    state.stack.append(_made(state, maker, tuple(arguments)))


def _build(state: PickleState) -> None:
    value = state.stack.pop()
    target = state.stack[-1]
    if not isinstance(target, Buildable):
        raise PickleError("it hands a state to what has none")
    target.build(value, state)


def _persistent(state: PickleState, identifier: object) -> None:
    if state.persistent is None:
        raise PickleError("it refers to something outside of it")
    state.stack.append(state.persistent(identifier))


def _line_of_identifier(state: PickleState) -> None:
    _persistent(state, _line_of_name(state))


def _identifier_on_stack(state: PickleState) -> None:
    _persistent(state, state.stack.pop())


def _refused(what: str) -> Operation:
    def act(_state: PickleState) -> None:
        raise PickleError(what)

    return act


_REGISTERED = _refused("it names something by a number, which only its own program knows")
_OUTSIDE = _refused("its data are outside of the file")

STOP = ord(".")

OPERATIONS: dict[int, Operation] = {
    **LITERALS,
    # Containers; a set is taken as a list.
    ord("]"): pushing_new(list), ord("}"): pushing_new(Pairs), ord(")"): pushing(()),
    0x8F: pushing_new(list), ord("("): PickleState.mark, ord("t"): _tuple, 0x85: _tuple_of(1),
    0x86: _tuple_of(2), 0x87: _tuple_of(3), ord("l"): _list, 0x91: _list,
    ord("d"): _dictionary, ord("a"): _append, ord("e"): _append_group, 0x90: _append_group,
    ord("s"): _set_item, ord("u"): _set_group,
    # The stack and the memo.
    ord("0"): _pop, ord("1"): _pop_group, ord("2"): _duplicate, ord("p"): _put(_line_of_index),
    ord("q"): _put(_index_of(1)), ord("r"): _put(_index_of(4)), 0x94: _memoize,
    ord("g"): _get(_line_of_index), ord("h"): _get(_index_of(1)), ord("j"): _get(_index_of(4)),
    # Names, and what is made of them.
    ord("c"): _name, 0x93: _name_on_stack, ord("R"): _call, 0x81: _call,
    0x92: _new_with_keywords, ord("i"): _old_instance, ord("o"): _old_object, ord("b"): _build,
    ord("P"): _line_of_identifier, ord("Q"): _identifier_on_stack,
    # The format's own affairs.
    0x80: _protocol, 0x95: _frame, 0x82: _REGISTERED, 0x83: _REGISTERED, 0x84: _REGISTERED,
    0x97: _OUTSIDE, 0x98: _OUTSIDE,
}  # fmt: skip
