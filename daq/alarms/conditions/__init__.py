"""Conditions: what a rule looks at. One kind a file; each is fed readings and says if it holds."""
