"""The sync on Celery: the pipeline's tasks, the listener, the sweeper, the command."""
