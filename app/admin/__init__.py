"""What admins do and see; the command and the pages both call it."""
