"""Deletions and unsubscribes as labels, in the settings: offered only where the pair of apps can, and previewed when switched on.

Zoho Inventory can't be labelled, so one that could is put in its place where the boxes are to be seen.
"""

from dataclasses import replace

import pytest

from sync.connectors import zoho_inventory
from sync.model.fields import Field, FieldType
from tests.bot.modals import modal, press, submit
from tests.bot.stage import Stage

TAGS = Field("tags", "Tags", FieldType.LABELS)


@pytest.fixture
def labelled(connected: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The connection, as if Zoho's customers had labels."""
    monkeypatch.setattr(zoho_inventory, "CAPABILITIES", replace(zoho_inventory.CAPABILITIES, can_label=True))
    store, workspace = connected.bot.services.store, "T1"
    with store.transaction(workspace) as tx:
        (connection,) = tx.connections.all()
        endpoint = tx.endpoints.get(connection.left_id)
        tx.endpoints.describe(endpoint.id, [*endpoint.fields, TAGS])
    return connected


def open_settings(stage: Stage) -> str:
    stage.dana.command("/zsync edit")
    return modal(stage)


def test_between_zoho_and_google_no_box_is_shown_and_one_line_says_why(connected):
    shown = open_settings(connected)
    assert "Deletions and unsubscribes are not carried over" in shown
    assert "the counterpart gets" not in shown


def test_a_pair_that_can_shows_the_box_and_says_which_way(labelled):
    shown = open_settings(labelled)
    assert "Deleted: the counterpart gets the label “Zsync Trash”" in shown
    assert "Google Contacts → Zoho Inventory" in shown
    assert "Unsubscribes are not carried over" in shown
    assert "Zsync Unsubscribes" not in shown


def test_it_is_off_by_default_and_previewed_when_switched_on(labelled):
    open_settings(labelled)
    view = labelled.dana.modal()
    block = next(one for one in view.body["blocks"] if one.get("block_id") == "switches")
    assert [one["value"] for one in block["element"].get("initial_options", [])] == ["avoid_duplicates"]
    labelled.dana.fill(view, "switches", ["avoid_duplicates", "deletions"])
    shown = submit(labelled)
    assert "～ option deletions as a label: off → on" in shown
    assert "You get a preview" in shown


def test_an_exported_document_says_so_too(labelled):
    labelled.dana.command("/zsync config")
    labelled.settle()
    press(labelled, "Export")
    assert "deletions: false" in str(labelled.dana.modal().body)
