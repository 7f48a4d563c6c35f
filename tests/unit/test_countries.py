"""Countries as people write them, to their codes."""

import pytest

from app.netsuite.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("USA", "US"), ("U.S.A.", "US"), ("u. s. a.", "US"), ("United States", "US")),
        *(("united states of america", "US"), ("us", "US"), ("France", "FR"), ("FRA", "FR")),
        *(("UK", "GB"), ("England", "GB"), ("Great Britain", "GB"), ("GB", "GB")),
        *(("South Korea", "KR"), ("Korea, Republic of", "KR"), ("Republic of Korea", "KR")),
        *(("Cote d’Ivoire", "CI"), ("CÔTE D'IVOIRE", "CI"), ("Turkey", "TR"), ("Turkiye", "TR")),
        *(("The Netherlands", "NL"), ("Holland", "NL"), ("Viet Nam", "VN"), ("Russia", "RU")),
        *(("Czech Republic", "CZ"), ("Bosnia & Herzegovina", "BA"), ("Singapore", "SG")),
        *(("Deutschland", "DE"), ("The Bahamas", "BS"), ("Kosovo", "XK"), ("Hong Kong", "HK")),
    ],
)
def test_a_country_is_known_however_it_is_spelled(text: str, code: str) -> None:
    own: dict[str, str] = {}

    found = country_code(text, own)

    assert found == code


@pytest.mark.parametrize("text", ["Narnia", "Korea", "-", "", "n/a", "N.A.", "XX", "840"])
def test_a_country_that_is_unknown_or_ambiguous_is_not_guessed(text: str) -> None:
    own: dict[str, str] = {}

    found = country_code(text, own)

    assert found is None


def test_the_admins_own_spelling_wins() -> None:
    own = {"Korea": "KR", "georgia": "US"}

    found = [country_code(text, own) for text in ("KOREA", "Georgia", "France")]

    assert found == ["KR", "US", "FR"]
