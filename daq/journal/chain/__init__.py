"""Each commit carries the hash of the one before: what a journal says can be shown unaltered.

The format is in ``docs/reference/chain.md``; why it is so, in decision 35. Other packages use
``link``, ``read`` and ``checkpoint``.
"""
