"""What would become of Accounts, told before anything is written."""
