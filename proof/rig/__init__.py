"""What both proofs have at hand: a stack of their own, the clouds from outside, the machine."""
