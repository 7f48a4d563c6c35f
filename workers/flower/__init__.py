"""Flower, which shows operators what the workers do."""
