"""How often Python looks for garbage while zsync serves."""

import gc

YOUNG = 50_000
"""Objects between two looks. A page of records makes thousands that are gone by its end; at Python's 700, that was a twelfth of a first
sync."""


def settle() -> None:
    """What was imported so far stays and is not looked at again."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
