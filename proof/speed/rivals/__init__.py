"""Other ways to do the same work, as good as they can be: what the sync is measured against.

Programs of their own that talk to the clouds over the wire and use nothing of ours, so that each
costs what it is. Only running.py, which starts and measures them, knows the stack.
"""
