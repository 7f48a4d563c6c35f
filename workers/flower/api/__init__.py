"""The HTTP API under /api/closedwon: what the pages ask and do."""
