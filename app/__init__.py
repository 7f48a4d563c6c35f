"""closedwon: keeps NetSuite Customers in step with Salesforce Accounts. Knows nothing of Celery."""
