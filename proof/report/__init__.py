"""How figures are told: judged, as a table, as JSON, as a picture."""
