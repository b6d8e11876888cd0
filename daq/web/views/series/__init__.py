"""The series of a run: the next line, what was measured, and the verdict."""
