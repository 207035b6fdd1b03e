"""The words of zsync as frozen dataclasses and enums: standard library only, no behaviour that needs I/O."""
