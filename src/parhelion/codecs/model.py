"""What all codecs are: frozen, equal by their state, and JSON."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class CodecModel(BaseModel):
    """A codec whose fields are its state. What it works out from them and keeps is no part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def ordered(self) -> bool:
        return False

    @property
    def hidden(self) -> int | None:
        return None

    @property
    def specials(self) -> int:
        return 0

    @property
    def note(self) -> str:
        return ""

    def state(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, CodecModel) and self.state() == other.state()

    def __hash__(self) -> int:
        return hash(str(self.state()))
