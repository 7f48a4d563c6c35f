"""How far NetSuite's queries may lag behind its records."""

UNSEEN_SECONDS = 30
"""How long queries may not show a write yet: nothing is documented; a guess."""
