"""What runs, what does not, and since when."""
