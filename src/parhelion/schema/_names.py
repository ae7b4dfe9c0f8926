"""What the name of a column says about it, in seven languages."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# Hints in the order in which they are looked for: an `email address` is no address, a `company name` no name.
_LEXICON = {
    "email": {
        "en": "email, e mail, mail, email address, mail address",
        "fr": "courriel",
        "es": "correo, correo electronico",
        "it": "posta elettronica",
    },
    "phone": {
        "en": "phone, phone number, telephone, telephone number, tel, mobile, mobile number, cell, "
        "cell phone, fax, msisdn",
        "de": "telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rufnummer",
        "fr": "portable, numero de telephone",
        "es": "telefono, movil",
        "it": "cellulare",
        "pt": "telefone, telemovel, celular",
        "nl": "telefoon, telefoonnummer, mobiel",
    },
    "iban": {"en": "iban, bank account iban"},
    "credit_card": {
        "en": "credit card, credit card number, card number, cc number, ccn, pan",
        "de": "kreditkarte, kreditkartennummer",
        "fr": "carte bancaire",
        "es": "tarjeta de credito",
    },
    "national_id": {
        "en": "ssn, social security, social security number, national id, nino, national insurance number, passport, "
        "passport number, tax id",
        "de": "steuer id, steueridentifikationsnummer, sozialversicherungsnummer, ausweisnummer, personalausweis",
        "fr": "nir, numero de securite sociale, insee",
        "es": "dni, nif, nie",
        "it": "codice fiscale",
        "pt": "cpf",
        "nl": "bsn, burgerservicenummer",
    },
    "ip_address": {"en": "ip, ip address, ip addr, client ip, remote addr", "de": "ip adresse", "fr": "adresse ip"},
    "url": {"en": "url, website, web site, homepage, link, uri, web", "de": "webseite", "fr": "site web"},
    "username": {
        "en": "username, user name, login, login name, nickname, nick, screen name, user handle",
        "de": "benutzername, anmeldename",
        "fr": "nom utilisateur, nom d utilisateur, identifiant de connexion",
        "es": "usuario, nombre de usuario",
        "it": "nome utente",
        "pt": "nome de usuario, utilizador",
        "nl": "gebruikersnaam",
    },
    "postcode": {
        "en": "postcode, post code, postal code, zip, zip code, zipcode, postal",
        "de": "plz, postleitzahl",
        "fr": "code postal, codepostal",
        "es": "codigo postal",
        "it": "cap, codice postale, codice avviamento postale",
        "pt": "cep, codigo postal",
        "nl": "postcode",
    },
    "street": {
        "en": "street, street name, street address",
        "de": "strasse, str, strassenname",
        "fr": "rue, nom de rue",
        "es": "calle",
        "it": "via, indirizzo via",
        "pt": "rua, logradouro",
        "nl": "straat, straatnaam",
    },
    "address": {
        "en": "address, addr, address line, mailing address, home address",
        "de": "anschrift, adresse",
        "fr": "adresse",
        "es": "direccion, domicilio",
        "it": "indirizzo",
        "pt": "endereco, morada",
        "nl": "adres",
    },
    "city": {
        "en": "city, town, city name",
        "de": "stadt, ort, wohnort",
        "fr": "ville, commune",
        "es": "ciudad, municipio, localidad",
        "it": "citta, comune",
        "pt": "cidade",
        "nl": "stad, plaats, woonplaats",
    },
    "company": {
        "en": "company, company name, employer, organisation, organization, business name, firm",
        "de": "firma, firmenname, unternehmen, arbeitgeber",
        "fr": "entreprise, societe, raison sociale",
        "es": "empresa, razon social",
        "it": "azienda, ragione sociale",
        "pt": "companhia",
        "nl": "bedrijf, bedrijfsnaam",
    },
    "first_name": {
        "en": "first name, firstname, given name, forename, fname, first",
        "de": "vorname, rufname",
        "fr": "prenom",
        "es": "nombre de pila, primer nombre",
        "it": "nome di battesimo",
        "pt": "primeiro nome",
        "nl": "voornaam",
    },
    "last_name": {
        "en": "last name, lastname, surname, family name, lname",
        "de": "nachname, familienname, zuname",
        "fr": "nom de famille",
        "es": "apellido, apellidos",
        "it": "cognome",
        "pt": "sobrenome, apelido",
        "nl": "achternaam",
    },
    "name": {
        "en": "name, full name, fullname, person, customer name, patient name, contact, contact name, author, owner, "
        "employee, cardholder",
        "de": "vollname, ansprechpartner, kunde, inhaber",
        "fr": "nom, nom complet",
        "es": "nombre, nombre completo",
        "it": "nome, nominativo",
        "pt": "nome completo",
        "nl": "naam, volledige naam",
    },
}
LATITUDE = {"lat", "latitude", "latitud", "latitudine", "breitengrad", "breite", "geobreite", "breedtegraad", "ycoord"}
LONGITUDE = {
    "lon", "lng", "long", "longitude", "longitud", "longitudine", "laengengrad", "langengrad", "geolaenge",
    "lengtegraad", "xcoord",
}  # fmt: skip
_CODES = {
    "code", "codes", "type", "types", "typ", "class", "klasse", "category", "categories", "kategorie", "categorie",
    "categoria", "group", "gruppe", "groupe", "grupo", "cluster", "segment", "region", "regions", "district",
    "state", "country", "land", "pays", "zone", "browser", "os", "systems", "system", "platform", "channel",
    "status", "flag", "sic", "naics", "icd", "drg", "fips", "department", "dept", "sector", "industry", "brand",
    "gender", "sex", "geschlecht", "sexe", "sexo", "sesso", "race", "ethnicity", "religion", "marital",
    "disposition", "source", "label", "education", "marriage", "store", "shop", "item", "product", "ward", "branch",
    "cohort", "arm", "site", "isco", "iso", "currency", "language", "kanton", "bundesland",
}  # fmt: skip
_IDENTIFIERS = {
    "id", "ids", "uuid", "guid", "pk", "key", "rowid", "index", "idx", "sku", "isbn", "ean", "gtin", "upc", "imei",
    "vin", "serial", "ref", "reference", "referenz", "kennung", "aktenzeichen", "identifier", "identifiant",
    "identificador", "kennzeichen", "iccid", "token", "hash", "unnamed", "barcode",
}  # fmt: skip
_NUMBER_OF = {"nbr", "number", "no", "nr", "num", "nummer", "numero", "nro", "n"}
_BEARERS = {
    "customer", "patient", "account", "order", "invoice", "ticket", "policy", "contract", "member", "document",
    "case", "claim", "batch", "lot", "part", "item", "article", "booking", "transaction", "license", "licence",
    "registration", "employee", "student", "user", "client", "person", "product", "session", "device", "record",
    "encounter", "visit", "payment", "kunden", "kunde", "personal", "rechnungs", "bestell", "auftrags", "artikel",
    "konto", "vertrags", "matrikel", "cliente", "commande", "facture", "pedido", "factura", "fattura", "klant",
    "phone", "serial", "track", "message", "event", "vehicle", "loan", "tracking", "shipment", "subscriber", "row",
    "line", "cell", "parcel",
}  # fmt: skip
_MEASURES = {
    "amount", "price", "cost", "total", "sum", "count", "qty", "quantity", "age", "year", "years", "month", "day",
    "hour", "minute", "second", "seconds", "milliseconds", "ms", "bytes", "size", "length", "width", "height",
    "weight", "score", "rate", "ratio", "percent", "pct", "income", "salary", "balance", "value", "time",
    "duration", "distance", "rank", "level", "temperature", "population", "points", "charges", "charge", "fee",
    "tax", "week", "period", "mean", "avg", "median", "min", "max", "alter", "jahr", "preis", "betrag", "menge",
    "anzahl", "gewicht", "prix", "montant", "annee", "precio", "cantidad", "prezzo", "volume", "area", "speed",
    "voltage", "power", "revenue", "sales", "wgt", "num", "number", "jahre", "step", "tick",
}  # fmt: skip
_DATES = {
    "datetime", "date", "day", "dt", "datum", "tag", "dob", "birthday", "geburtsdatum", "fecha", "data", "dato",
    "time", "timestamp", "ts", "created", "updated", "modified", "at", "on", "since", "until", "epoch", "jour",
    "zeit", "zeitpunkt", "unix",
}  # fmt: skip
_AFTER = (
    {"id", "type", "code", "status", "flag", "count", "date", "valid", "verified", "kind", "length", "hash"}
    | {"no", "rating", "score", "domain", "population", "size", "key", "typ", "age", "time", "num", "nr", "title"}
    | {"len", "index"}
)  # fmt: skip


class Hint(NamedTuple):
    """A personal thing that a column's name speaks of, and the language it does so in."""

    what: str
    language: str


_PEOPLE = (
    "customer", "patient", "user", "client", "person", "member", "employee", "student", "subscriber", "kunde",
    "cliente", "klant", "owner", "driver", "player", "actor",
    "author", "artist", "child", "subject", "account", "cardholder", "passenger",
)  # fmt: skip
_BORNE = frozenset(bearer + end for bearer in _BEARERS for end in ("id", "nr", "no", "nummer", "number", "key"))


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and without accents.

    >>> words("ShipPostalCode"), words("e-mail"), words("Größe_2")
    (('ship', 'postal', 'code'), ('e', 'mail'), ('grosse', '2'))
    """
    plain = unicodedata.normalize("NFKD", name[:200].replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", plain)
    return tuple(re.findall(r"[a-z]+|[0-9]+", plain.lower()))


def personal(name: str) -> Hint | None:
    """What personal thing a column of this name holds, if any.

    >>> personal("ShipPostalCode").what, personal("Vorname").what, personal("address_id"), personal("phone_type")
    ('postcode', 'first_name', None, None)
    """
    said, known = words(name), _phrases()
    found = [
        known[said[start:end]]
        for start in range(len(said))
        for end in range(start + 1, min(start + _LONGEST, len(said)) + 1)
        if said[start:end] in known and not _AFTER.intersection(said[end : end + 1])
    ]
    return min(found)[1] if found else None


def says(name: str) -> str | None:
    """The `what` of `personal`."""
    hint = personal(name)
    return None if hint is None else hint.what


_LONGEST = 5


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], tuple[int, Hint]]:
    """Phrases and what they speak of, with their rank: what comes first in the lexicon wins."""
    known: dict[tuple[str, ...], tuple[int, Hint]] = {}
    for rank, (phrase, hint) in enumerate(_listed()):
        known.setdefault(phrase, (rank, hint))
    return known


def _listed() -> Iterator[tuple[tuple[str, ...], Hint]]:
    for what, languages in _LEXICON.items():
        for language, listed in languages.items():
            for phrase in listed.split(", "):
                yield tuple(phrase.split()), Hint(what, language)
                yield (phrase.replace(" ", ""),), Hint(what, language)


def is_identifier(name: str) -> bool:
    """Does the name say that values identify something?

    >>> [is_identifier(name) for name in ("customer_id", "CustomerID", "Kundennummer", "education-num", "paid")]
    [True, True, True, False, False]
    """
    said = words(name)
    if not said:
        return False
    if _IDENTIFIERS.intersection((said[-1], said[0])) and not _MEASURES.intersection(said[-1:]):
        return True
    if said[-1] in _NUMBER_OF and len(said) > 1 and said[-2] in _BEARERS:
        return True
    return said[-1] in _BORNE


def is_code(name: str) -> bool:
    """Does the name say that values are codes of something?

    >>> [is_code(n) for n in ("TrafficType", "OperatingSystems", "pclass", "zip", "capital-gain")]
    [True, True, True, True, False]
    """
    said = words(name)
    if not said or says(name) == "postcode":
        return bool(said)
    return bool(_CODES.intersection(said[-1:])) or said[-1].endswith(("class", "type", "code", "status"))


def is_country(name: str) -> bool:
    return bool({"country", "land", "pays", "pais", "paese", "nation"}.intersection(words(name)))


def is_person(name: str) -> bool:
    """Does the name speak of people (whose identifiers are no mere codes)?"""
    return any(word.startswith(_PEOPLE) for word in words(name))


def is_measure(name: str) -> bool:
    return bool(_MEASURES.intersection(words(name)))


def is_date(name: str) -> bool:
    return bool(_DATES.intersection(words(name)))


def coordinate(name: str) -> str | None:
    """`latitude` or `longitude` where a name says so.

    >>> coordinate("geo_lat"), coordinate("Longitude"), coordinate("long_description"), coordinate("flat")
    ('latitude', 'longitude', None, None)
    """
    said = [word for word in words(name) if word not in ("deg", "degrees", "dd")]
    if not said:
        return None
    return "latitude" if said[-1] in LATITUDE else "longitude" if said[-1] in LONGITUDE else None
