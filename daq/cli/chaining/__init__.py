"""What the commands of keys, checkpoints and verification share."""
