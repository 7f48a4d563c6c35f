"""What people do in the pages, in a real browser, against the demo."""
