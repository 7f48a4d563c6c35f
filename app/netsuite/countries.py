"""From a country as somebody typed it to its ISO 3166-1 alpha-2 code."""

import unicodedata
from collections.abc import Mapping
from functools import cache

import pycountry

_ALIASES = {
    "AE": ("UAE", "Emirates"),
    "AT": ("Österreich",),
    "BE": ("België", "Belgique"),
    "BN": ("Brunei",),
    "BR": ("Brasil",),
    "CD": ("DR Congo", "DRC", "Democratic Republic of Congo", "Congo-Kinshasa"),
    "CG": ("Republic of Congo", "Congo-Brazzaville"),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "Mainland China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Rep", "Česko"),
    "DE": ("Deutschland",),
    "DK": ("Danmark",),
    "ES": ("España",),
    "FI": ("Suomi",),
    "FM": ("Micronesia",),
    "GB": (
        *("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
        "United Kingdom of Great Britain",
    ),
    "GR": ("EL", "Hellas"),
    "HK": ("Hong Kong SAR", "Hong Kong SAR China"),
    "IE": ("Republic of Ireland", "Éire"),
    "IT": ("Italia",),
    "KN": ("St. Kitts and Nevis",),
    "KR": ("South Korea", "Republic of Korea", "ROK"),
    "KP": ("North Korea", "DPRK"),
    "LC": ("St. Lucia",),
    "MK": ("Macedonia", "FYROM"),
    "MM": ("Burma",),
    "MO": ("Macau", "Macau SAR", "Macao SAR"),
    "MX": ("México",),
    "NL": ("Holland", "Nederland"),
    "NO": ("Norge",),
    "PL": ("Polska",),
    "PS": ("Palestine", "Palestinian Territories"),
    "RU": ("Russia",),
    "SA": ("KSA",),
    "SE": ("Sverige",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "TW": ("Taiwan ROC",),
    "US": ("US", "USA", "United States of America (USA)", "America", "US of A", "The States"),
    "VA": ("Vatican", "Vatican City"),
    "VC": ("St. Vincent and the Grenadines",),
    "VG": ("British Virgin Islands", "BVI"),
    "VI": ("US Virgin Islands", "United States Virgin Islands"),
    "XK": ("Kosovo",),
}
"""What people write and the library does not know. A bare Korea is missing on purpose: it is two
countries. XK is no ISO code but the one that NetSuite, like the banks, uses for Kosovo."""


def country_code(text: str, own: Mapping[str, str]) -> str | None:
    """The alpha-2 code of a country given as name, official or common name, alpha-2 or alpha-3.

    Case does not count, in names neither do accents, spaces and punctuation: "N.A." is not Namibia.
    `own` holds spellings of the admin's, which win. None: unknown.
    """
    wanted = _folded(text)
    for spelling, code in own.items():
        if _folded(spelling) == wanted:
            return code
    return _codes().get(text.strip().casefold()) or _names().get(wanted)


def _folded(text: str) -> str:
    """Letters and digits alone, without accents; empty for a text that has none."""
    spelled = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    folded = "".join(letter for letter in spelled if letter.isalnum())
    return folded.removeprefix("the") or folded


@cache
def _codes() -> dict[str, str]:
    """Alpha-2 and alpha-3 codes in lower case."""
    return {
        code.casefold(): country.alpha_2
        for country in pycountry.countries
        for code in (country.alpha_2, country.alpha_3)
    }


@cache
def _names() -> dict[str, str]:
    """Every known name, folded; the library's own win over the aliases."""
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            name = getattr(country, attribute, None)
            if name:
                names[_folded(name)] = country.alpha_2
                last, comma, first = name.partition(", ")
                if comma:
                    names.setdefault(_folded(f"{first} {last}"), country.alpha_2)
    for code, aliases in _ALIASES.items():
        for alias in aliases:
            names.setdefault(_folded(alias), code)
    return names
