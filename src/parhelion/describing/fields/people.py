"""People who do not exist, as objects whose parts agree."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from parhelion.codecs.namelists import name_lists
from parhelion.codecs.people import People
from parhelion.describing.fields.days import born
from parhelion.describing.plan.laws import day_of
from parhelion.describing.plan.model import PersonField

PARTS = {
    "given_name": "first_name", "surname": "last_name", "name": "name", "email": "email", "username": "username",
    "phone": "phone", "street": "street", "postcode": "postcode", "city": "city", "address": "address",
    "company": "company",
}  # fmt: skip
"""The texts of a person, and what `codecs.people` calls them."""

_AGE, _DAY = 101, 102  # lots that nothing of `codecs.people` draws


def people(field: PersonField, first: int, number: int, key: int) -> list[Mapping[str, Any]]:
    """Some people in a row. The same key means the same person at each place; no two share a user name.

    >>> one = people(PersonField(make="person", age=(30, 30)), first=7, number=1, key=5)[0]
    >>> one["age"], one["birth_date"][:4], one["email"].startswith(one["username"])
    (30, '1995', True)
    """
    made = People(name_lists(field.locale), np.arange(first, first + number, dtype=np.uint64), key)
    texts = {part: getattr(made, name)().to_pylist() for part, name in PARTS.items()}
    ages = (field.age[0] + made.lot(_AGE, field.age[1] - field.age[0] + 1)).tolist()
    days, on = made.lot(_DAY, 1 << 32).tolist(), day_of(field.on)
    men = made.male.tolist()
    return [
        {
            **{part: column[at] for part, column in texts.items()},
            "sex": "male" if men[at] else "female",
            "age": ages[at],
            "birth_date": born(on, ages[at], days[at]).isoformat(),
        }
        for at in range(number)
    ]
