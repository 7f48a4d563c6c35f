"""What must be right before Flower starts: who gets in, who may act, and that nobody listens."""

from flower.utils.authentication import authenticate, validate_auth_option

from app.errors import ConfigurationError
from app.loopback import is_loopback
from workers.flower.logins import Logins, read_logins
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
    """Whether FLOWER_AUTH lets this address in, as Flower itself decides it."""
    return bool(authenticate(pattern, email))


def _oauth(settings: FlowerSettings) -> list[str]:
    if not settings.flower_auth:
        return []
    missing = [name for name in _OAUTH if not settings.value(name)]
    problems = [f"{name}: is missing: FLOWER_AUTH needs it, too." for name in missing]
    if not validate_auth_option(settings.flower_auth):
        problems.append("FLOWER_AUTH: must be an address, several with | between, or .*@domain.")
    return problems


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
