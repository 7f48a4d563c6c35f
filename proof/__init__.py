"""What is proven: which faults the system survives, and how fast it is against the limit."""
