"""The doors of the page's side panel: the apps' tables, faults, the clock."""

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from bot.sandbox.demo import Demo  # the demo imports this module


def register(app: Flask, demo: "Demo") -> None:
    """Add the doors to the page's app."""
