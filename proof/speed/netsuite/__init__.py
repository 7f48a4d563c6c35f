"""What the sync costs in NetSuite: creates, updates, repeats, outages, lost answers."""
