"""A year of customers' mails to a shop that does not exist: `python examples/mails.py FOLDER [--year 2025]`.

One CSV file a month (`2025-01.csv` ...), with the columns customer, sent, category, body. What people write about
changes with the season: late parcels before Christmas, returns after it, heaters in winter and fans in summer. All of
it is made up, by the little grammar below; the mails stand in for real ones in `docs/text.md`. One year and seed, one
result; another year has other mails.
"""

import argparse
import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

CUSTOMERS = 3000

# What is said. Between `|` are choices; a word in braces stands for one of the choices of that name.
GRAMMAR = """
mail: {start}, {first}. {second}{mark} {end}, {name} | {start}, {first}. {second}. {third}{mark} {end}, {name}
first: {about} | {about} | {well}, {about} | {well}, {about} | {about}, {well}
second: {more} | {wish} | {well}, {more} | {well}, {wish}
third: {wish} | {well}, {wish} | {please} {answer} {soon}

late parcel: my {thing} {has not come} | where is the {colour} {thing} | the {thing} {from} is {late}
late parcel, wish: I need the {thing} for {occasion} | {please} ask the {courier} {soon} | {please} trace it {soon}
return: I want to {give back} the {thing} | can I {give back} the {colour} {thing} | the {thing} {from} is {wrong}
return, wish: {please} send a {label} {soon} | it is {unused} and in the {room} | the {thing} was for {occasion}
refund: my refund {has not come} | the {money} for the {thing} {has not come} | you {took} the {money} {twice}
refund, wish: {please} pay the {money} {soon} | {please} write to {email} | my {bank} saw no {money} {when}
broken: my {thing} {fails} | the {colour} {thing} {from} has {a crack} | the {part} of the {thing} {fails}
broken, wish: {please} repair the {thing} {soon} | {please} send a {label} {soon} | I tried the {part} in the {room}
heating: my {heater} {fails} | the {heater} in the {room} {smells} | it is {cold} in the {room}
heating, wish: is the {heater} safe in the {room} | my {friend} is {cold} | {please} send a {heater} {soon}
cooling: my {fan} {fails} | the {fan} in the {room} {rattles} | it is {hot} in the {room}
cooling, wish: is there a {fan} for the {room} | my {friend} is {hot} | {please} send a {fan} {soon}
account: I cannot {log in} {soon} | {please} change my {detail} {soon} | the {detail} in my account is {wrong}
account, wish: {please} write to {email} | {please} call {phone} {soon} | my {friend} cannot {log in}
praise: I {love} the {thing} {from} | the {colour} {thing} is {lovely} | your {courier} was {lovely} {when}
praise, wish: my {friend} would {love} a {thing} | it looks {lovely} in the {room} | I {love} your {label}
more: I {ordered} it {when} | your {courier} {promised} it {when} | the order is {number} | it was {unused} {when}

start: Hello | Hi | Good morning | Dear team | Hi there | Good evening | Dear all | Good day | Hello again | Greetings
well: sadly | honestly | well | as I said | by the way | once more | to be clear | it seems | frankly | alas
end: Best regards | Thanks | Kind regards | Many thanks | Regards | Yours | Cheers | Best wishes | So long | Bye
mark: . | . | ! | ?
thing: kettle | toaster | lamp | chair | shelf | blender | mixer | mirror | clock | table | sofa | rug
colour: blue | red | green | white | black | grey | large | small | new | second | cheap | round
from: from {when} | from your {label} | I {ordered} | in {colour} | for {occasion} | with the {part}
heater: heater | electric blanket | radiator | oil heater | stove | heating pad
fan: fan | air cooler | ceiling fan | air conditioner | parasol | ice maker
has not come: has not come {when} | is not here | never came | is {late} | got lost | is still missing | did not arrive
late: late | overdue | lost | too late | delayed again | nowhere
please: please | could you | can you | would you | kindly | do | will you | I ask you to
answer: answer | write | call | tell me | reply | react | help
soon: soon | this week | by Friday | quickly | today | at once | in time | tomorrow | right now | before Monday
courier: courier | driver | post office | colleague | office | shop | people | warehouse | manager
give back: return | send back | give back | exchange | bring back | swap
wrong: wrong | too big | too small | ugly | not mine | outdated | misspelt | useless | another one
label: label | form | catalogue | receipt | box | page | newsletter | letter
unused: unused | as new | unopened | packed | clean | wrapped
money: money | amount | payment | sum | deposit
took: took | charged | booked | asked for
twice: twice | again | {when} | too early | by mistake
bank: bank | card | husband | wife | accountant
fails: does not work | stops {when} | does nothing | keeps failing | makes a noise | is broken | went dark | fell apart
a crack: a crack | a scratch | a dent | a hole | a stain | a bent {part} | no {part}
part: plug | handle | cable | screw | lid | cover | switch | manual | button
smells: smells of smoke | smells strange | gets too hot | makes sparks | stays {cold} | turns itself off
cold: cold | ice cold | freezing | so cold | frosty | chilly
hot: hot | so hot | boiling | too hot | stuffy | sweltering
rattles: rattles | squeaks | turns slowly | drips | blows {hot} air | hums
room: kitchen | bedroom | office | flat | house | cellar | hall | garage | attic
friend: friend | sister | mother | neighbour | brother | son | daughter | father
log in: log in | sign in | get in | open my account | pay | change the {detail}
detail: address | name | phone number | e-mail address | password | birthday
love: love | like | adore | enjoy | recommend
lovely: lovely | wonderful | great | beautiful | perfect | friendly | just right | splendid
ordered: ordered | bought | got | chose | saw | paid for | unpacked
promised: promised | confirmed | announced | brought | checked | sent
when: yesterday | last week | on Friday | last month | two weeks ago | at noon | on Monday | in the morning | since May
"""
WORDS = dict(line.split(": ", 1) for line in GRAMMAR.splitlines() if line)
FIRST = "Anna|Ben|Clara|David|Emma|Felix|Grace|Hugo|Ida|Jonas|Karin|Liam|Mia|Noah|Olivia|Paul|Rosa|Sam|Tessa|Victor"
LAST = "Archer|Becker|Carter|Dixon|Evans|Fischer|Garcia|Hansen|Irving|Jensen|Keller|Lopez|Moreau|Novak|Olsen"
OCCASIONS = {"Christmas": (11, 12), "New Year": (1,), "Easter": (3, 4), "the summer party": (6, 7, 8)}
TYPOS = 0.1  # the share of mails with one

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


class Mail(NamedTuple):
    customer: str
    sent: date
    category: str
    body: str


def year_of_mails(year: int, mails: int, seed: int = 0) -> Iterator[tuple[str, list[Mail]]]:
    """Each month of a year (`2025-01`), and its mails."""
    for number in range(1, 13):
        yield f"{year}-{number:02}", month(year, number, mails, Random(f"{seed} {year} {number}"))


def month(year: int, number: int, mails: int, rng: Random) -> list[Mail]:
    """The mails of a month."""
    start = date(year, number, 1)
    days = ((start + timedelta(days=31)).replace(day=1) - start).days
    sent = sorted(start + timedelta(days=rng.randrange(days)) for _ in range(mails))
    about = rng.choices(list(SEASON), [each[number - 1] for each in SEASON.values()], k=mails)
    return [mail(day, category, rng) for day, category in zip(sent, about, strict=True)]


def mail(sent: date, category: str, rng: Random) -> Mail:
    """Somebody's mail of a day."""
    customer = rng.randrange(CUSTOMERS)
    who = Random(customer)
    first, last = who.choice(FIRST.split("|")), who.choice(LAST.split("|"))
    address = f"{first}.{last}{customer}@mail.example".lower()
    words = WORDS | {
        "about": WORDS[category],
        "wish": WORDS[f"{category}, wish"],
        "occasion": next((name for name, months in OCCASIONS.items() if sent.month in months), "a birthday"),
        "number": f"{rng.choice('ABCD')}{rng.randrange(10_000, 99_999)}",
        "phone": f"0{rng.randrange(7_000_000_000, 7_999_999_999)}",
        "email": address,
        "name": f"{first} | {first} {last}",
    }
    body = re.sub(r"[.!?] [a-z]", lambda found: found[0].upper(), said("{mail}", words, rng))
    return Mail(address, sent, category, mistyped(body, rng) if rng.random() < TYPOS else body)


def said(choices: str, words: Mapping[str, str], rng: Random) -> str:
    """One of the choices, and in it one for each word in braces.

    >>> said("my {thing} stops | the {thing} stops", {"thing": "old kettle | kettle"}, Random(1))
    'my kettle stops'
    """
    return re.sub(r"\{([a-z, ]+)\}", lambda found: said(words[found[1]], words, rng), rng.choice(choices.split(" | ")))


def mistyped(text: str, rng: Random) -> str:
    """Two letters change places."""
    at = rng.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if text[at : at + 2].isalpha() else text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--mails", type=int, default=300, help="mails a month")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, rows in year_of_mails(asked.year, asked.mails, asked.seed):
        with (asked.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Mail._fields)
            writer.writerows(rows)


if __name__ == "__main__":
    main()
