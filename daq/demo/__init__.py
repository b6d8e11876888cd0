"""The demonstration: a simulated laboratory, a broker and the daemon, on one screen."""
