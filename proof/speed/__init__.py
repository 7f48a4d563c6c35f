"""How fast the system is, against what the limits and others allow."""
