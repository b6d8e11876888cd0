"""``[metrics]``: the page Prometheus reads."""

from pydantic import Field, model_validator

from daq.config.types import Flag, HostPort, Table, is_loopback, split_host_port


class MetricsConfig(Table, frozen=True):
    """The page Prometheus reads, `/metrics`; there is none unless `listen` is set."""

    listen: HostPort | None = Field(
        default=None, description='where the page is served, "127.0.0.1:9464"'
    )
    allow_remote: Flag = Field(
        default=False,
        description="allow an address that other machines can reach: whoever can, may read the "
        "page, unencrypted",
    )

    @model_validator(mode="after")
    def _kept_to_this_machine(self) -> "MetricsConfig":
        if self.remote and not self.allow_remote:
            raise ValueError(
                f"listen: other machines can reach {self.listen}; use 127.0.0.1, "
                "or set allow_remote = true"
            )
        return self

    @property
    def remote(self) -> bool:
        """Whether other machines may reach the page."""
        return self.listen is not None and not is_loopback(split_host_port(self.listen)[0])
