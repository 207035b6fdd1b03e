"""The page of the demo: on one side the workspace, on the other what happens behind the scenes (`control.py`)."""
