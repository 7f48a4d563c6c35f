"""What is raised where a message may not have arrived."""


class NotSent(Exception):
    """One sentence that an admin can act on, without secrets."""


class MessageRefused(NotSent):
    """The other end answers, and does not want this message, now or later: others may arrive."""
