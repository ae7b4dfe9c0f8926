"""A year of customers' mails to a shop that does not exist: `python examples/mails.py FOLDER [--mails 400]`.

One CSV file a month (`2025-01.csv` ...), with the columns customer, sent, category, body. What people write about
changes with the season: late parcels before Christmas, returns after it, heaters in winter and fans in summer. Names,
numbers and addresses are made up; the mails stand in for real ones in `docs/text.md`.
"""

import argparse
import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

FIRST = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Emma",
    "Felix",
    "Grace",
    "Hugo",
    "Ida",
    "Jonas",
    "Karin",
    "Liam",
    "Mia",
    "Noah",
    "Olivia",
    "Paul",
    "Rosa",
    "Sam",
    "Tessa",
    "Victor",
]
LAST = [
    "Archer",
    "Becker",
    "Carter",
    "Dixon",
    "Evans",
    "Fischer",
    "Garcia",
    "Hansen",
    "Irving",
    "Jensen",
    "Keller",
    "Lopez",
    "Moreau",
    "Novak",
    "Olsen",
]
THINGS = [
    "kettle",
    "toaster",
    "desk lamp",
    "office chair",
    "bookshelf",
    "coffee grinder",
    "vacuum cleaner",
    "blender",
    "garden hose",
    "picture frame",
]
WINTER, SUMMER = (
    ["heater", "electric blanket", "radiator", "oil heater"],
    ["fan", "air cooler", "garden chair", "parasol"],
)
WHEN = [
    "yesterday",
    "last Monday",
    "two weeks ago",
    "on Friday",
    "ten days ago",
    "at the weekend",
    "last month",
    "this morning",
]
OPEN = ["Hello", "Hi", "Good morning", "Dear team", "Hi there", "Good evening", "To whom it may concern"]
CLOSE = ["Best regards", "Thanks", "Kind regards", "Many thanks", "Regards", "Yours", "Thank you"]

# What is said in each category: one of each group, in this order; {thing}, {when}, {order} are filled in.
SAID = {
    "late parcel": (
        [
            "my {thing} has still not arrived",
            "I am still waiting for the {thing}",
            "the parcel with my {thing} is late",
            "where is my {thing}",
            "the tracking of my parcel has not moved for days",
        ],
        [
            "I ordered it {when}",
            "it should have been here {when}",
            "your page said it would come {when}",
            "the order number is {order}",
        ],
        [
            "it is a present and I need it before the holidays",
            "can you find out where it is",
            "please tell me when it comes",
            "if it does not come this week I want my money back",
            "nobody answers at the courier",
        ],
    ),
    "return": (
        [
            "I would like to send the {thing} back",
            "I want to return my {thing}",
            "how do I send back a {thing}",
            "the {thing} was a present and we have one already",
            "I ordered the wrong {thing}",
        ],
        ["it is still in its box", "I bought it {when}", "the order is {order}", "I have not used it"],
        [
            "please send me a label",
            "who pays for the postage",
            "where do I send it",
            "can I bring it to a shop instead",
        ],
    ),
    "refund": (
        [
            "I sent the {thing} back {when} and have no money yet",
            "my refund has not come",
            "when do I get my money back",
            "you took the money for the {thing} twice",
            "the refund for order {order} is too small",
        ],
        ["you confirmed it {when}", "my bank says nothing came in", "I have waited long enough"],
        ["please pay it to the same card", "please look into this", "I want to hear from you this week"],
    ),
    "broken": (
        [
            "the {thing} does not turn on",
            "my {thing} broke after a few days",
            "the {thing} arrived with a crack",
            "the {thing} makes a loud noise and then stops",
            "a part of the {thing} is missing",
        ],
        ["I bought it {when}", "I followed the manual", "the box looked fine", "I tried another socket"],
        ["can you send a new one", "do I have to send it in", "is this covered by the guarantee", "I expected better"],
    ),
    "heating": (
        [
            "the {winter} smells of smoke",
            "my {winter} does not get warm",
            "which {winter} is enough for a room of 20 square metres",
            "the {winter} switches itself off at night",
        ],
        [
            "it is freezing here",
            "we have small children",
            "I bought it {when}",
            "the radiators in our house are cold too",
        ],
        ["is it safe to use", "please answer soon", "how much power does it take", "can you send somebody"],
    ),
    "cooling": (
        [
            "the {summer} rattles",
            "my {summer} came without screws",
            "is the {summer} still in stock",
            "the {summer} blows warm air only",
        ],
        ["it is far too hot in the flat", "I need it before the heat comes back", "I bought it {when}"],
        ["can you send the missing part", "when will you have more", "what do you suggest"],
    ),
    "account": (
        [
            "I cannot log in to my account",
            "please change the address of my account",
            "I forgot my password",
            "I get your letters twice",
            "please delete my account",
        ],
        [
            "the link in your mail does not work",
            "I moved {when}",
            "I tried it {when}",
            "my new phone number is {phone}",
        ],
        ["please write to {email}", "please call me at {phone}", "can you do this for me", "what do I have to do"],
    ),
    "praise": (
        [
            "the {thing} is wonderful",
            "I am very happy with my {thing}",
            "what a lovely {thing}",
            "your service was quick and friendly",
        ],
        ["it came within two days", "my neighbour wants one too", "I ordered it {when}"],
        ["thank you very much", "keep it up", "I will order again", "I told all my friends"],
    ),
}

# How often each category comes up in each month, January first.
SEASON = {
    "late parcel": (2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 9, 14),
    "return": (14, 6, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4),
    "refund": (6, 6, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4),
    "broken": (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4),
    "heating": (8, 7, 3, 1, 0, 0, 0, 0, 1, 4, 7, 8),
    "cooling": (0, 0, 0, 1, 4, 8, 9, 8, 2, 0, 0, 0),
    "account": (3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3),
    "praise": (2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2),
}


def mail(category: str, rng: np.random.Generator) -> tuple[str, str]:
    """Who wrote, and what."""

    def one(choices: list[str]) -> str:
        return str(rng.choice(choices))

    first, last = one(FIRST), one(LAST)
    filled = {
        "thing": one(THINGS),
        "winter": one(WINTER),
        "summer": one(SUMMER),
        "when": one(WHEN),
        "order": f"{one(list('ABCD'))}{rng.integers(10_000, 99_999)}",
        "phone": f"0{rng.integers(7_000_000_000, 7_999_999_999)}",
        "email": f"{first}.{last}{rng.integers(1, 99)}@mail.example".lower(),
    }
    start, *rest = SAID[category]
    said = [one(group).format(**filled) for group in (start, *(group for group in rest if rng.random() < 0.8))]
    body = said[0][0].upper() + said[0][1:]
    for part in said[1:]:
        mark = one([". ", ". ", ", ", " and "])
        body += mark + (part[0].upper() + part[1:] if mark == ". " else part)
    name = f"{first} {last}" if rng.random() < 0.7 else first
    return f"{first} {last}", f"{one(OPEN)}, {body}{one(['.', '.', '!', '?'])} {one(CLOSE)}, {name}"


def month(number: int, mails: int, rng: np.random.Generator) -> list[tuple[str, date, str, str]]:
    """The mails of a month of 2025: customer, day, category, text."""
    names, weights = list(SEASON), np.array([each[number - 1] for each in SEASON.values()], float)
    start = date(2025, number, 1)
    days = ((start + timedelta(days=31)).replace(day=1) - start).days
    chosen = rng.choice(names, mails, p=weights / weights.sum())
    written = [(*mail(str(category), rng), str(category)) for category in chosen]
    sent = [start + timedelta(days=int(day)) for day in np.sort(rng.integers(0, days, mails))]
    return [(customer, day, category, body) for day, (customer, body, category) in zip(sent, written, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mails", type=int, default=400, help="mails a month")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 13):
        rows = month(number, asked.mails, np.random.default_rng([asked.seed, number]))
        with (asked.folder / f"2025-{number:02}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["customer", "sent", "category", "body"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
