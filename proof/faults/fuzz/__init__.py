"""Malformed messages, events, answers and files: each must be a clear error, or do no harm."""
