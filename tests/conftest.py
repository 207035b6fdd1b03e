"""What holds for every test."""

import logging
import os

import pytest
import structlog

from tests.databases import empty_url, postgres, postgres_template, sqlite_template, url

__all__ = ["empty_url", "postgres", "postgres_template", "sqlite_template", "url"]
"""Fixtures for every test."""

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def pytest_configure(config: pytest.Config) -> None:
    """Everything a test waits for comes from loopback; no test may use a proxy that the machine happens to name."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        os.environ.pop(name, None)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skipped test is a failure: what is not tested there is not tested at all."""
    outcome = yield
    report = outcome.get_result()
    if (
        report.skipped
        and os.environ.get("TESTS_NO_SKIPS")
        and not hasattr(report, "wasxfail")
        and not _unclaimed(report)
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"


def pytest_terminal_summary(terminalreporter):
    """Elsewhere a skipped test is said aloud, so that nobody takes it for a passed one."""
    for report in terminalreporter.stats.get("skipped", ()):
        if not _unclaimed(report):
            terminalreporter.write_line(f"NOT TESTED: {report.nodeid}: {report.longrepr[2]}", yellow=True, bold=True)


def _unclaimed(report: pytest.TestReport) -> bool:
    """A capability that an app does not claim has nothing to be tested."""
    return "does not claim" in str(report.longrepr)
