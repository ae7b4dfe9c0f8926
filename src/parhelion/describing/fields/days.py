"""Days and moments between two others."""

from datetime import date, timedelta

from parhelion.describing.contract import Place
from parhelion.describing.fields.lots import Lots
from parhelion.describing.plan.laws import day_of, moment_of
from parhelion.describing.plan.model import DateField


def day(field: DateField, lots: Lots, place: Place) -> str:
    """A day or a moment, both ends possible.

    >>> field = DateField(make="date", between=("2024-02-28", "2024-03-01"))
    >>> sorted({day(field, Lots(0, "when"), Place(slot, 0)) for slot in range(50)})
    ['2024-02-28', '2024-02-29', '2024-03-01']
    """
    if field.seconds:
        first, last = map(moment_of, field.between)
        seconds = int((last - first).total_seconds())
        return (first + timedelta(seconds=lots.below(seconds + 1, place))).isoformat(timespec="seconds")
    start, end = map(day_of, field.between)
    return (start + timedelta(days=lots.below((end - start).days + 1, place))).isoformat()


def born(on: date, age: int, lot: int) -> date:
    """A birth date of somebody who is `age` on a day. lot: any number, which day of the year it is.

    >>> born(date(2026, 1, 1), 30, 0), born(date(2026, 1, 1), 30, 364)
    (datetime.date(1995, 1, 2), datetime.date(1996, 1, 1))
    """
    first = _years_before(on, age + 1) + timedelta(days=1)
    return first + timedelta(days=lot % ((_years_before(on, age) - first).days + 1))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)
