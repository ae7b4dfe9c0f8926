"""Texts that look like texts: sentences of a small vocabulary, and tokens to count them by."""

import re
from random import Random


def _listed(text: str) -> list[str]:
    return text.split()


ADJECTIVES = _listed(
    """
    able ancient blue bold bright broad calm careful central cheap clean clear clever cold common curious dark
    deep direct early easy empty exact fair famous fast final firm fresh full gentle grand great green hard
    heavy honest hidden huge idle kind large late light local loud lucky minor modern narrow native new noisy
    odd old open plain polite proud public quick quiet rare raw ready rich round rural safe sharp short silent
    simple slow small smooth soft solid steady steep stern strict strong sudden sweet tall tidy tiny true urban
    usual vague vast warm weak wide wild wise young
    """
)
NOUNS = _listed(
    """
    account airport answer archive artist autumn balance bakery bridge budget builder cable camera candle canal
    captain castle channel chapter circle climate clock coast colour column compass concert contract corner
    cottage cousin culture customer debate decade delivery desert detail dialect diary doctor domain driver
    editor effort engine evening event factory farmer festival figure flight forest formula fortune garden
    glacier grammar harbour harvest history holiday hospital island journal journey keyboard kitchen ladder
    language lantern lesson letter library magazine manager market matter measure memory message method minister
    mirror moment monument morning mountain museum network notebook number object ocean office orchard packet
    painter palace paper passage pattern payment pencil people picture planet platform player pocket poem policy
    portrait power printer problem process product project province question railway reason record region report
    result river road sailor sample school science season secret sentence service shadow signal silver singer
    station storm story street student subject summer supply surface system teacher theatre theory ticket timber
    tourist tower traffic train treaty tunnel valley version village voyage weather window winter worker writer
    """
)
VERBS = _listed(
    """
    accepts admires answers balances borrows breaks builds carries changes checks chooses collects compares
    connects copies counts covers crosses describes draws enters explains extends feeds finds follows forgets
    gathers guards guides helps holds improves joins keeps knows leads learns leaves lends lifts limits listens
    loses makes marks measures meets mends moves names needs notices offers opens orders paints passes plans
    praises prefers prepares prints protects proves reaches reads recalls receives records repairs replaces
    reports rests reviews saves seeks sells sends serves shares shows solves sorts starts studies supports
    teaches tests thanks trusts turns visits waits warns watches welcomes writes
    """
)
ADVERBS = _listed("again almost always gladly hardly never often once quietly rarely seldom slowly sometimes soon then")
LINKS = _listed("above across after against along around before behind below beside beyond despite inside near under")
FIRST = _listed(
    """
    Ada Amir Anna Bruno Chen Clara David Elena Emil Farah Felix Grace Hana Hugo Ines Ivan Jonas Kofi Laila Leo
    Lina Marco Maria Mina Nadia Noah Olga Omar Paula Pedro Priya Rosa Samir Sara Sofia Tariq Tomas Vera Yuki
    """
)
LAST = _listed(
    """
    Adler Bauer Blanc Costa Diaz Eriksen Fischer Garcia Haddad Ito Jansen Kaya Keller Kim Kowalski Lopez Martin
    Meyer Mori Moser Nguyen Novak Okafor Patel Petrov Rossi Santos Sato Silva Smith Tanaka Weber Wong Yilmaz
    """
)
CITIES = _listed(
    """
    Accra Aarau Basel Bergen Bern Bologna Bruges Cork Cusco Dakar Dresden Fez Galway Geneva Graz Hanoi Jaipur
    Kyoto Leeds Lisbon Lyon Malmo Nairobi Oslo Porto Quito Riga Seville Tartu Turin Utrecht Vilnius Zurich
    """
)
COUNTRIES = _listed(
    """
    Austria Brazil Canada Chile Denmark Egypt Estonia Finland France Ghana India Ireland Italy Japan Kenya
    Latvia Mexico Morocco Norway Peru Poland Portugal Spain Sweden Switzerland Turkey Vietnam
    """
)

TOKEN = re.compile(r"\w{1,8}|[^\w\s]")


def tokens(text: str) -> int:
    """How many tokens a text has: words, cut after eight letters, and signs. Never more than bytes.

    >>> tokens("It is an extraordinary day, isn't it?")
    12
    """
    return len(TOKEN.findall(text))


def first_tokens(text: str, most: int) -> str:
    """A text up to the end of its token number `most`.

    >>> first_tokens("One, two, three.", 3)
    'One, two'
    """
    end = 0
    for place, found in enumerate(TOKEN.finditer(text)):
        if place == most:
            return text[:end]
        end = found.end()
    return text


def sentence(rng: Random) -> str:
    """One sentence.

    >>> sentence(Random(1))
    'Paula once counts the street behind Porto.'
    """
    kind = rng.randrange(4)
    a, b, c = rng.choice(NOUNS), rng.choice(NOUNS), rng.choice(NOUNS)
    verb, link = rng.choice(VERBS), rng.choice(LINKS)
    if kind == 0:
        return f"The {rng.choice(ADJECTIVES)} {a} {verb} a {b} {link} the {rng.choice(ADJECTIVES)} {c}."
    if kind == 1:
        return f"{rng.choice(FIRST)} {rng.choice(ADVERBS)} {verb} the {a} {link} {rng.choice(CITIES)}."
    if kind == 2:
        return f"Every {a} that {verb} the {b} is {rng.choice(ADJECTIVES)} and {rng.choice(ADJECTIVES)}."
    return f"{link.capitalize()} the {a}, {rng.choice(ADJECTIVES)} as it is, one {c} {verb} another {b}."


def paragraph(rng: Random, fewest: int = 2, most: int = 4) -> str:
    """Some sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randint(fewest, most)))


def question(rng: Random) -> str:
    """One question.

    >>> question(Random(1))
    'How often does the decade of Rosa change across the wise street?'
    """
    a, b = rng.choice(NOUNS), rng.choice(NOUNS)
    start = rng.choice(("How often does", "Why does", "When does", "Where does"))
    verb, link = rng.choice(("fail", "matter", "change", "help", "begin")), rng.choice(LINKS)
    return f"{start} the {a} of {rng.choice(FIRST)} {verb} {link} the {rng.choice(ADJECTIVES)} {b}?"


def title(rng: Random) -> str:
    """Three or four words."""
    return f"The {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} of {rng.choice(CITIES)}"


def slug(rng: Random) -> str:
    """Two words and a number, with hyphens."""
    return f"{rng.choice(ADJECTIVES)}-{rng.choice(NOUNS)}-{rng.randrange(1000)}"
