"""What instruments are used for in a month, and what it costs."""
