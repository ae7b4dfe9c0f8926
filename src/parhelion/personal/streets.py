"""How streets are written in seven languages, with the number of a house."""

import re

_WORDS = r"(?: [A-ZÀ-Ý][\w'’.-]{1,30}){1,4}"
_NUMBER_FIRST = (
    r"\d{1,5}[a-z]?,? (?:[NSEW]\.? )?(?:[A-Z][\w'’.-]{1,30} ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|"
    r"close|court|ct|crescent|gardens|grove|way|place|square|terrace|boulevard|blvd|highway|hwy|parkway|pkwy|mews)\b"
)
_FRENCH = (
    r"\d{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|cours|route)"
    r"(?: (?:de|du|des|la|le|les|l['’]|d['’])){0,3}(?: ?[A-ZÀ-Ý][\w'’-]{1,30}){1,4}"
)
_JOINED = r"[A-ZÄÖÜ][\wäöüß-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer) \d{1,4}[a-z]?\b"
_PARTED = r"(?:[A-ZÄÖÜ][\wäöüß-]{1,30} ){1,2}(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse) \d{1,4}[a-z]?\b"
_DUTCH = r"[A-Z][\w-]{1,30}(?:straat|laan|weg|plein|gracht|kade|dijk|singel) \d{1,4}[a-z]?\b"
_SOUTHERN = (
    r"(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Camino|Via|Viale|Piazza|Corso|Vicolo|Largo|Rua|Av\.|Travessa|Praça|Alameda|"
    rf"Estrada)(?: (?:de|del|della|dei|di|da|do|dos|das|la|las|los)){{0,3}}{_WORDS},?(?: n[º°.]?)? ?\d{{1,4}}[a-z]?\b"
)
_BOXES = (r"p\.? ?o\.? ?box ?\d{1,6}\b", r"postfach \d{1,6}(?: \d{2,3}){0,2}\b", r"apartado \d{1,6}\b")
_STREETS = (_NUMBER_FIRST, _FRENCH, _JOINED, _PARTED, _DUTCH, _SOUTHERN, *_BOXES)

ADDRESS = re.compile("|".join(rf"(?<![\w£$€]){street}" for street in _STREETS), re.IGNORECASE)
"""A street and a house, or a box at the post office. In whatever case: whoever asks looks at the capitals."""

HINTED = re.compile(
    r"street|road|avenue|\bave\b|lane|drive|close|court|crescent|gardens|grove|\bway\b|place|square|terrace|boulevard|blvd|"
    r"highway|parkway|mews|\bst\b|\brd\b|\bdr\b|\bln\b|\bct\b|\brue\b|chemin|impasse|allée|quai|\bcours\b|route|stra(?:ß|ss)e|"
    r"str\.|weg|platz|allee|gasse|damm|ufer|straat|laan|plein|gracht|kade|dijk|singel|calle|\bc/|avenida|avda|plaza|paseo|"
    r"\bvia\b|viale|piazza|corso|vicolo|largo|\brua\b|av\.|travessa|praça|alameda|box|postfach|apartado|ring",
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
