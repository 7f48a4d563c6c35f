"""What is raised where a message may not have arrived."""


class NotSent(Exception):
    """One sentence that an admin can act on, without secrets."""
