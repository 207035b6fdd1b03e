"""How zsync speaks to any API: one client with pacing, retry and token refresh, one table of failures."""
