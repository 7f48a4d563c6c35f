"""Who may see Flower's pages."""

from app.errors import ConfigurationError


def read_logins(text: str) -> list[str]:
    """The logins in FLOWER_BASIC_AUTH: user:password, several with commas between.

    Raises:
        ConfigurationError: there is none, or one is malformed.
    """
    logins = text.split(",")
    for login in logins:
        user, _, password = login.partition(":")
        if not (user and password):
            raise ConfigurationError(
                [
                    "FLOWER_BASIC_AUTH: is missing or malformed. Flower does not start without "
                    "a login, since its pages would answer anyone: set it to user:password."
                ]
            )
    return logins
