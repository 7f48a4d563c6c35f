"""What must be right before Flower starts: who gets in, who may act, and that nobody listens."""

from flower.utils.authentication import authenticate, validate_auth_option

from app.errors import ConfigurationError
from app.loopback import is_loopback
from workers.flower.logins import SHORTEST, Logins, read_logins
from workers.flower.settings import FlowerSettings

_OAUTH = (
    "FLOWER_AUTH_PROVIDER",
    "FLOWER_OAUTH2_KEY",
    "FLOWER_OAUTH2_SECRET",
    "FLOWER_OAUTH2_REDIRECT_URI",
)


def check_configuration(settings: FlowerSettings) -> Logins:
    """The logins, which are none with OAuth.

    Raises:
        ConfigurationError: with every problem, each naming its variable and what it should hold.
    """
    logins, problems = Logins([]), _transport(settings)
    try:
        logins = read_logins(settings)
    except ConfigurationError as wrong:
        problems = wrong.problems + problems
    else:
        problems = (_oauth(settings) or _admins(settings, logins)) + problems
    if problems:
        raise ConfigurationError(problems)
    return logins


def may_enter(pattern: str, email: str) -> bool:
    """Whether FLOWER_AUTH lets this address in, as Flower itself decides it, save that capitals do
    not matter.
    """
    return bool(authenticate(pattern.lower(), email.lower()))


def warnings(settings: FlowerSettings, logins: Logins) -> list[str]:
    """What is allowed, and should be known to whoever starts it: a sentence each."""
    found = []
    if not settings.flower_admins:
        found.append("FLOWER_ADMINS names nobody: all may read, and nobody may act.")
    if logins.guessable:
        users = ", ".join(logins.guessable)
        found.append(f"These passwords are shorter than {SHORTEST} characters: of {users}.")
    is_behind_a_proxy = settings.flower_plain_text and not is_loopback(settings.flower_address)
    if is_behind_a_proxy and not settings.flower_xheaders:
        found.append(
            "FLOWER_XHEADERS is not set: behind a proxy all callers have its address, and whoever "
            "guesses passwords slows all others down."
        )
    return found


def _oauth(settings: FlowerSettings) -> list[str]:
    if not settings.flower_auth:
        return []
    missing = [name for name in _OAUTH if not settings.value(name)]
    problems = [f"{name}: is missing: FLOWER_AUTH needs it, too." for name in missing]
    if not _is_pattern(settings.flower_auth):
        words = "must be an address, several with | between and no spaces, or .*@domain."
        problems.append(f"FLOWER_AUTH: {words}")
    return problems


def _is_pattern(given: str) -> bool:
    """Flower takes a * without its dot, and spaces, for letters of an address."""
    has_stray = any(letter.isspace() for letter in given) or "*" in given.replace(".*", "")
    return not has_stray and bool(validate_auth_option(given))


def _admins(settings: FlowerSettings, logins: Logins) -> list[str]:
    def is_known(name: str) -> bool:
        if settings.flower_auth:
            return may_enter(settings.flower_auth, name)
        return name in logins.users

    strangers = ", ".join(name for name in settings.flower_admins if not is_known(name))
    given = "FLOWER_AUTH does not let them in" if settings.flower_auth else "there is no such login"
    return [f"FLOWER_ADMINS: {strangers}: {given}. Name who can log in."] if strangers else []


def _transport(settings: FlowerSettings) -> list[str]:
    certificate, key = settings.flower_certfile, settings.flower_keyfile
    if (certificate is None) != (key is None):
        missing = "FLOWER_KEYFILE" if certificate else "FLOWER_CERTFILE"
        return [f"{missing}: is missing: certificate and key belong together."]
    if is_loopback(settings.flower_address) or certificate or settings.flower_plain_text:
        return []
    return [
        f"FLOWER_ADDRESS: {settings.flower_address} lies beyond loopback, and passwords would "
        "travel in plain text. Give FLOWER_CERTFILE and FLOWER_KEYFILE; or, where a proxy before "
        "Flower does TLS and nobody else reaches it, FLOWER_PLAIN_TEXT=true."
    ]
