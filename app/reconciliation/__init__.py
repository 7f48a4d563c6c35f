"""What compares Salesforce with the ledger, and opens what was missed."""
