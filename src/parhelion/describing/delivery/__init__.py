"""What was accepted, as files with a card."""

from parhelion.describing.delivery.delivering import Delivered, check_room, deliver

__all__ = ["Delivered", "check_room", "deliver"]
