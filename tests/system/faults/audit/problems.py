"""What an audit could not explain: counted, the first few described."""

import msgspec

DESCRIBED = 12


class Problems(msgspec.Struct):
    """Anything in here fails the audit."""

    count: int = 0
    texts: list[str] = []

    def add(self, text: str) -> None:
        """One more."""
        self.count += 1
        if len(self.texts) < DESCRIBED:
            self.texts.append(text)
