"""`/metrics` for Prometheus: what `daq status` tells, in numbers. Off unless configured."""
