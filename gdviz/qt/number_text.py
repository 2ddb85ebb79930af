"""Numbers as people read them: real minus signs, separated thousands, few digits.

Imports nothing of Qt; any thread may call.
"""

from __future__ import annotations

import math

MINUS = "−"
NOT_KNOWN = "–"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def whole(value: int) -> str:
    """Give a whole number with separated thousands, for example ``4,812``."""
    return f"{value:,}".replace("-", MINUS)


def cost(value: float | None) -> str:
    """Give a cost with three digits that count, for example ``0.102``, ``12.3``, ``2.1×10⁻⁷``."""
    if value is None or not math.isfinite(value):
        return NOT_KNOWN
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-4 or size >= 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}×{power_of_ten(int(exponent))}".replace("-", MINUS)
    decimals = 0 if size >= 1000 else max(2 - math.floor(math.log10(size)), 0)
    # 0.102 and 0.0987 stand in one column: three decimals for all but the very small.
    decimals = min(decimals, 3) if size >= 0.01 else decimals
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def signed(value: float, decimals: int = 3) -> str:
    """Give a number with its sign, for example ``+0.344`` or ``−0.984``."""
    if not math.isfinite(value):
        return NOT_KNOWN
    text = f"{value:+,.{decimals}f}"
    return text.replace("-", MINUS)


def three_digits(value: float) -> str:
    """Give a signed number with three digits, however small: ``−0.0180``, ``−2.1×10⁻⁷``."""
    if not math.isfinite(value):
        return NOT_KNOWN
    if value == 0:
        return "0"
    size = abs(value)
    sign = "+" if value > 0 else MINUS
    power = math.floor(math.log10(size))
    if -5 < power < 3:
        return f"{sign}{size:.{2 - power}f}"
    return sign + cost(size)


def fixed(value: float, decimals: int) -> str:
    """Give a number with so many decimals, for example ``−0.984``; what rounds to 0 has no sign.

    From a million on decimals are left out: ``3×10³⁸``.
    """
    if not math.isfinite(value):
        return NOT_KNOWN
    if abs(value) >= 1e6:
        return tick(float(f"{value:.3g}"))
    text = f"{value:,.{decimals}f}"
    is_zero = not text.strip("-0.,")
    return text.removeprefix("-") if is_zero else text.replace("-", MINUS)


def tick(value: float) -> str:
    """Give a label of an axis in as few digits as possible, for example ``−10`` or ``0.02``."""
    if not math.isfinite(value):
        return NOT_KNOWN
    if value == 0:
        return "0"
    # Six decimals take off what binary fractions leave behind, and nothing of the number.
    mantissa, exponent = f"{value:.6e}".split("e")
    power = int(exponent)
    if -4 <= power < 6:
        text = f"{value:,.{6 - power}f}".rstrip("0").rstrip(".")
        return text.replace("-", MINUS)
    mantissa = mantissa.rstrip("0").rstrip(".")
    factor = {"1": "", "-1": "-"}.get(mantissa, f"{mantissa}×")
    return factor.replace("-", MINUS) + power_of_ten(power)


def percent(share: float, decimals: int = 1) -> str:
    """Give a share of 1 in per cent, for example ``93.3 %``."""
    if not math.isfinite(share):
        return NOT_KNOWN
    return f"{100 * share:.{decimals}f} %".replace("-", MINUS)


def power_of_ten(exponent: int) -> str:
    """Give a power of ten, for example ``10⁻³``."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)
