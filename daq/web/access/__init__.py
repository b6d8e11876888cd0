"""Who may look and who may act: signing in, sessions, and requests that come from elsewhere."""
