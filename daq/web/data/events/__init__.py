"""Events as people look for them: which are wanted, what they are about, when their fault ended."""
