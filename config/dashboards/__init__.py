"""Dashboards for Grafana, as code; `make dashboards` writes them to config/grafana/dashboards.

InfluxQL throughout, so that the same ones serve InfluxDB 1, 2 (with a DBRP mapping) and 3. Nothing
here is part of the daemon, nor installed with it.
"""
