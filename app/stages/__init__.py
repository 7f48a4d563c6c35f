"""What each stage decides. Nothing here knows of Celery, Redis or the wire."""
