"""Slack: a workspace with its Web API, its limits, and the people in it. `person.py` is how tests and the tour use it."""
