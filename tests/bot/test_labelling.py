"""Deletions and unsubscribes as labels, in the settings: offered only where the pair of apps can, and previewed when switched on.

Zoho Inventory can't be labelled and tells of no deletions, so one that could is put in its place where the boxes are to be seen.
"""

from dataclasses import replace

import pytest

from sync.connectors import zoho_inventory
from sync.model.fields import Field, FieldType
from tests.bot.modals import approve_change, choose, find_customer, menu, modal, paired, press, runs, submit
from tests.bot.modals import labelled as people_labelled
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


@pytest.fixture
def telling(connected: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The connection, as if Zoho told of deletions, with labels that come from a field of Zoho's."""
    monkeypatch.setattr(zoho_inventory, "CAPABILITIES", replace(zoho_inventory.CAPABILITIES, reports_deletes=True))
    connected.dana.command("/zsync map")
    connected.settle()
    press(connected, "Add a mapping")
    choose(connected, "mappings.left", "Channels")
    choose(connected, "mappings.right", "Labels")
    connected.dana.choose(connected.dana.modal(), "Direction", "Zoho Inventory → Google Contacts")
    submit(connected)
    submit(connected)
    approve_change(connected)
    return connected


NOT_SET = "Labels of Google Contacts is mapped, so the label “Zsync Trash” is not set there."


def test_where_labels_are_mapped_it_says_before_and_after_that_the_label_is_not_set(telling):
    email = paired(telling)[0]
    assert NOT_SET in open_settings(telling)
    telling.dana.fill(telling.dana.modal(), "switches", ["avoid_duplicates", "deletions"])
    submit(telling)
    approve_change(telling)
    telling.dana.command("/zsync map")
    assert NOT_SET in modal(telling)
    telling.zoho.first.delete(find_customer(telling, email)["contact_id"])
    runs(telling, minutes=25 * 60)
    assert people_labelled(telling, "Zsync Trash") == set()
    telling.dana.command(f"/zsync why {email}")
    said = modal(telling)
    assert "Its counterpart was deleted." in said
    assert NOT_SET in said

    telling.dana.command("/zsync map")
    telling.settle()
    menu(telling, "Channels → Labels", "Switch off")
    assert NOT_SET not in modal(telling)
    submit(telling)
    approve_change(telling)
    assert people_labelled(telling, "Zsync Trash") == {email}
    telling.dana.command(f"/zsync why {email}")
    assert NOT_SET not in modal(telling)


def test_a_record_that_was_not_deleted_is_told_nothing_of_labels(telling):
    open_settings(telling)
    telling.dana.fill(telling.dana.modal(), "switches", ["avoid_duplicates", "deletions"])
    submit(telling)
    approve_change(telling)
    telling.dana.command(f"/zsync why {paired(telling)[0]}")
    assert "Zsync Trash" not in modal(telling)
