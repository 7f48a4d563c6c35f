"""Who is to know is told, once an hour, not once a letter: by webhook and by e-mail."""
