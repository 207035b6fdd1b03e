"""Stand-ins that behave like Slack, Zoho and Google, for the demo and the tests. The product never imports them."""
