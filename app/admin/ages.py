"""Ages and durations: numbers for programs, words for people."""


def age(at: float | None, now: float) -> float | None:
    """Seconds from then to now, both epoch seconds. Clocks of several hosts may differ a little:
    never less than nothing.
    """
    return None if at is None else round(max(0.0, now - at), 1)


def span(seconds: float | None) -> str:
    """`45 s`, `3 min`, `26 h`, `4 d`; a dash for None."""
    if seconds is None:
        return "-"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"


def ago(seconds: float | None) -> str:
    """`3 min ago`; `never` for None."""
    return "never" if seconds is None else f"{span(seconds)} ago"
