"""Zoho: the accounts server and the Inventory API, and Zoho Inventory in the browser."""
