"""Numbers for people, rounded as school teaches and spreadsheets do: a half goes away from zero."""

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: float | Decimal, decimals: int = 0) -> Decimal:
    """A number with so many decimals, the same wherever it is shown; of a float what its shortest decimals say.

    >>> half_up(62.45, 1), half_up(62.25, 1), half_up(-0.05, 1), half_up(99.96, 1)
    (Decimal('62.5'), Decimal('62.3'), Decimal('-0.1'), Decimal('100.0'))
    """
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
