"""The faults that the system survives, each an experiment with a count of what was lost."""
