"""Evidence: packs of what was measured, and archives, that others can check without this program.

See docs/reference/evidence.md and docs/reference/archive.md.
"""
