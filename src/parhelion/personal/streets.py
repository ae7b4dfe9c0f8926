"""How streets are written in seven languages, with the number of a house."""

import re

_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Ý])"
_PLACES = rf"(?: {_CAPITAL}[\w'’.-]{{1,30}}){{1,4}}"
_BEFORE = rf"(?:{_CAPITAL}[\w'’.-]{{1,30}} )"
_OF = r"(?: (?:de|du|des|la|le|les|l['’]|d['’]|del|della|dei|di|da|do|dos|das|las|los|van|den|der)){0,3}"
_SUFFIX = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|crescent|gardens?|grove|way|place|square|terrace|"
    r"boulevard|blvd|highway|hwy|parkway|pkwy|mews|(?-i:Alley|Arcade|Bend|Bluff|Bridge|Center|Centre|Circle|Cove|Creek|"
    r"Crossing|Dale|Estates?|Expressway|Falls|Fields?|Gate|Glen|Green|Heights|Hills?|Hollow|Junction|Knoll|Landing|"
    r"Lodge|Loop|Mall|Manor|Meadows?|Mill|Mount|Oval|Park|Pass|Path|Pike|Plaza|Point|Ridge|Rise|Row|Run|Shore|Springs?|"
    r"Station|Summit|Trail|Turnpike|Valley|View|Villas?|Vista|Walk|Wharf|Yard)"
)
_NUMBER_FIRST = rf"\d{{1,5}}[a-z]?,? (?:[NSEW]\.? )?{_BEFORE}{{1,4}}(?:{_SUFFIX})\b"
_SOUTHERN = (
    r"(?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|cours|route|voie|calle|c/|avenida|avda\.?|plaza|paseo|camino|"
    r"rúa|via|viale|piazza|corso|vicolo|largo|rua|av\.|travessa|praça|alameda|estrada)"
)
_NUMBER_THEN = rf"\d{{1,4}}(?: ?bis| ?ter)?,? {_SOUTHERN}{_OF}(?: ?{_CAPITAL}[\w'’-]{{1,30}}){{1,4}}"
_THEN_NUMBER = rf"{_SOUTHERN}{_OF}{_PLACES},?(?: n[º°.]?)? ?\d{{1,4}}[a-z]?\b"
_JOINED = (
    rf"{_BEFORE}{{0,2}}{_CAPITAL}[\wäöüß-]{{1,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|steig|stieg|"
    r"pfad|chaussee|kamp|straat|laan|plein|gracht|kade|dijk|singel) \d{1,4}[a-z]?\b"
)
_PARTED = rf"{_BEFORE}{{1,2}}(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse) \d{{1,4}}[a-z]?\b"
_BOXES = (r"p\.? ?o\.? ?box ?\d{1,6}\b", r"postfach \d{1,6}(?: \d{2,3}){0,2}\b", r"apartado \d{1,6}\b")
_STREETS = (_NUMBER_FIRST, _NUMBER_THEN, _JOINED, _PARTED, _THEN_NUMBER, *_BOXES)

ADDRESS = re.compile("|".join(rf"(?<![\w£$€]){street}" for street in _STREETS), re.IGNORECASE)
"""A street and a house, or a box at the post office. In whatever case: whoever asks looks at the capitals."""

HINTED = re.compile(
    rf"(?:\b|\d)(?:{_SUFFIX}|{_SOUTHERN})|stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|steig|stieg|pfad|kamp|"
    r"chaussee|straat|laan|plein|gracht|kade|dijk|singel|box|postfach|apartado",
    re.IGNORECASE,
)
"""One of these is in every text that has an address."""


def is_address(text: str) -> bool:
    """Whether what looks like an address has a street with a capital.

    >>> is_address("10 Downing Street"), is_address("2 minutes on my way"), is_address("2 CATCH UP BUT WE AVE")
    (True, False, False)
    """
    if re.match(r"(?i)p\.? ?o|postfach|apartado", text):
        return True
    words = re.findall(r"[^\W\d_]{2,}", text)
    if text.isupper() and len(words) > 3:
        return False
    return text[0].isupper() or (len(words) > 1 and any(word[0].isupper() for word in words))
