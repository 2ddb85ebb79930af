"""Which numbers stand at an axis, and how numbers are written. Pure arithmetic, no Qt."""

import math
from collections.abc import Callable

LADDER = (1.0, 2.0, 5.0)


def format_number(value: float, decimals: int | None = None) -> str:
    """Give a number with thousands separators and a real minus sign.

    Parameters
    ----------
    value : float
        NaN and infinity are written ``–`` and ``∞``.
    decimals : int, optional
        Digits after the point; without it as many as are needed, up to six significant ones.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{decimals}f}" if decimals is not None else _shortest(value)
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def linear_ticks(low: float, high: float, most: int = 6) -> list[tuple[float, str]]:
    """Give at most ``most`` round values from ``low`` to ``high`` with their labels.

    Steps are 1, 2, 2.5 or 5 times a power of ten. An empty or unbounded range has none.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return []
    exponent = math.floor(math.log10((high - low) / most)) - 1
    for power in range(exponent, exponent + 5):
        for factor in (1.0, 2.0, 2.5, 5.0):
            step = factor * 10.0**power
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first + 1 <= most:
                decimals = max(0, -power + (1 if factor == 2.5 else 0))
                values = [k * step for k in range(first, last + 1)]
                return [(value, format_number(value, min(decimals, 12))) for value in values]
    return []


def log_ticks(low: float, high: float, most: int = 7) -> list[tuple[float, str]]:
    """Give at most ``most`` values 1, 2 or 5 times a power of ten from ``low`` to ``high``.

    Over many decades only powers of ten are left, then every second one and so on. Within
    less than one step of that ladder the ticks are those of a linear axis.
    """
    if not (math.isfinite(low) and math.isfinite(high) and 0 < low < high):
        return []
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    inside = _between(low * (1 - 1e-9), high * (1 + 1e-9))
    for factors in (LADDER, (1.0, 3.0), (1.0,)):
        values = [f * 10.0**p for p in range(first, last + 1) for f in factors]
        values = [value for value in values if inside(value)]
        if len(values) < 3 and factors == LADDER:
            return linear_ticks(low, high, most)
        if len(values) <= most:
            return [(value, format_number(value)) for value in values]
    stride = math.ceil((last - first + 1) / most)
    powers = [10.0**p for p in range(first, last + 1) if p % stride == 0]
    return [(value, format_number(value)) for value in powers if inside(value)]


def next_on_ladder(value: float, steps: int) -> float:
    """Give the value ``steps`` places up (or, negative, down) on the ladder 1, 2, 5, 10, 20 ...

    A value between two rungs goes to the next rung in that direction.

    Raises
    ------
    ValueError
        If ``value`` is not finite and positive: the ladder has no zero.
    """
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{value} is not on the ladder 1, 2, 5: it must be positive")
    power = math.floor(math.log10(value))
    rungs = [3 * p + i for p in (power - 1, power, power + 1) for i in range(3)]
    if steps > 0:
        start = min(r for r in rungs if _rung(r) > value * (1 + 1e-9)) - 1
    else:
        start = max(r for r in rungs if _rung(r) < value * (1 - 1e-9)) + 1
    return _rung(start + steps) if steps else value


def next_whole(value: float, steps: int) -> float:
    """Give the whole number ``steps`` further: the steps of a seed."""
    return math.floor(value) + steps


def next_doubled(value: float, steps: int) -> float:
    """Give the power of two ``steps`` further: the steps of a mini-batch.

    A value between two powers goes to the next power in that direction.
    """
    exponent = math.log2(max(value, 1.0))
    start = math.floor(exponent + 1e-9) if steps > 0 else math.ceil(exponent - 1e-9)
    return 2.0 ** max(start + steps, 0)


def on_ladder_from(least: float) -> Callable[[float, int], float]:
    """Give the steps along 1, 2, 5 of a number that may be 0: the rung above 0 is ``least``."""

    def step(value: float, steps: int) -> float:
        for _ in range(abs(steps)):
            if steps > 0:
                value = least if value < least * (1 - 1e-9) else next_on_ladder(value, 1)
            else:
                value = 0.0 if value <= least * (1 + 1e-9) else next_on_ladder(value, -1)
        return value

    return step


def multiples_of(size: float) -> Callable[[float, int], float]:
    """Give the steps along the multiples of a number; from between two, to the next one."""

    def step(value: float, steps: int) -> float:
        place = value / size
        start = math.floor(place + 1e-9) if steps > 0 else math.ceil(place - 1e-9)
        return size * (start + steps)

    return step


def _rung(index: int) -> float:
    """Give rung ``index`` of the ladder: 0 is 1, 1 is 2, 2 is 5, 3 is 10, -1 is 0.5."""
    power, place = divmod(index, 3)
    return float(f"{LADDER[place]:.0f}e{power}")


def _between(low: float, high: float) -> Callable[[float], bool]:
    """Give the test whether a value is in a range."""
    return lambda value: low <= value <= high


def _shortest(value: float) -> str:
    """Give up to six significant digits, without an exponent from 0.00001 to a billion."""
    if value == 0:
        return "0"
    if 1e-5 <= abs(value) < 1e9:
        decimals = max(0, 5 - math.floor(math.log10(abs(value))))
        text = f"{value:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, exponent = f"{value:.5e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def format_figure(value: float) -> str:
    """Give a number of four digits that count; of two where it is very small, to be short."""
    if not math.isfinite(value):
        return format_number(value)
    digits = 4 if abs(value) >= 1e-4 else 2
    return format_number(float(f"{value:.{digits}g}"))
