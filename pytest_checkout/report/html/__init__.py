"""The verdicts as one HTML page, for whoever did not run the suite."""

from pytest_checkout.report.html.page import html_report

__all__ = ["html_report"]
