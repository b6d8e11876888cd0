"""What a pump has done and how it stands: for status, metrics and the terminal."""

import msgspec


class Statistics(msgspec.Struct, kw_only=True):
    """Counts since the pump was started; times are nanoseconds since 1970 UTC.

    Attributes:
        delivered: entries the destination took, ``historical`` among them as backlog.
        refused: entries the destination will never take; they are in quarantine.
        retried: entries written again because an earlier write failed.
        expired: entries that retention dropped before they could be delivered.
        batches: writes that the destination answered.
        failures: connection attempts and writes that failed.
        lag: entries committed and not yet delivered, ``backlog`` among them as backlog.
        oldest: number of the oldest entry committed and not yet delivered, 0 when there is none.
        connected_since: None while not connected.
        address: where the sink delivers to, or did last.
        fault: why the sink does not deliver at the moment; empty while it does.
        fault_since: since when it does not; None while it does.
        retry_time: when the next attempt is due; None while none is waited for.
    """

    sink: str
    delivered: int = 0
    historical: int = 0
    refused: int = 0
    retried: int = 0
    expired: int = 0
    batches: int = 0
    failures: int = 0
    lag: int = 0
    backlog: int = 0
    oldest: int = 0
    connected_since: int | None = None
    fault: str = ""
    fault_since: int | None = None
    retry_time: int | None = None
    address: str = ""
    last_error: str = ""
    last_error_time: int | None = None
    last_delivery_time: int | None = None
