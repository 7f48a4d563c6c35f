"""What stands in NetSuite beside what the linked Accounts ask for."""
