"""What programs ask over HTTP: JSON in, JSON out, errors in words (docs/reference/http.md)."""
