"""Who is dead, however many they are."""

from app.letters import LetterFilter, Letters


def dead_accounts(letters: Letters, cause: str | None = None) -> list[str]:
    """Of one cause or of all; the one that died first comes first."""
    found: list[str] = []
    after = None
    while True:
        page = letters.page(LetterFilter(cause), after, limit=5000)
        found += [letter.account for letter in page.letters]
        if page.next is None:
            return found[::-1]
        after = page.next
