"""Reference pages of what goes out: topics, line protocol, events. Made by ``make schema``.

Each page is a function from the code to a text, the same for the same code. Examples come out of
the encoders the daemon itself uses, their tables say what every field of them means: a field
without a meaning, or a meaning without a field, is an error.
"""
