"""What went over a line, byte by byte, with times: kept in a ring, written to a file.

``docs/reference/recording-file.md`` defines the file. ``Ring`` takes what a link's tap hears;
``Writer`` writes the pages a ring gives.
"""
