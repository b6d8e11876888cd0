"""Reports: HTML that needs nothing beside itself, and the same as PDF.

``page``, ``figures`` and ``pdf`` serve every report; a module beside them says what one tells.
"""
