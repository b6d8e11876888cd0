"""The one look at the daemon and the journal that all who look at the page share."""
