"""From the configuration to the parts of the daemon. Knows every part; holds no logic of them."""
