"""One function per thing a person can ask for. A use-case never sees a Slack payload."""
