"""Benchmarks: the whole product against both simulators, measured from outside, over the wire."""
