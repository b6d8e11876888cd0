"""What can still be read of a damaged journal, into a new file.

SQLite finds rows from the top of a tree, and with one page of it loses everything below. Here
each page is looked at by itself: a page that is whole gives its rows, and checksums tell which
of them are what was written. Formats: sqlite.org/fileformat2.html and sqlite.org/walformat.html.
"""
