"""Messages of D-Bus as a relay sends them."""

from __future__ import annotations

from typing import Any, Final

from dbus_fast import ErrorType, Message, MessageFlag, MessageType

from gym_push.live.bus import BUS, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFY_SIGNATURE

_OF_NONE: Final = (
    ErrorType.NO_REPLY.value,
    ErrorType.SERVICE_UNKNOWN.value,
    "org.freedesktop.DBus.Error.NameHasNoOwner",
)


def again(
    message: Message, body: list[Any], to: str | None, flags: MessageFlag = MessageFlag.NONE
) -> Message:
    """Returns a call or a signal for another bus.

    Args:
        message: As it was on the one bus.
        body: Its arguments on the other.
        to: Who gets it; None for all.
        flags: Of a call.
    """
    return Message(
        to, message.path, message.interface, message.member, message.message_type, flags,
        signature=message.signature, body=body, validate=False,
    )  # fmt: skip


def notify(body: list[Any]) -> Message:
    """Returns a call that has a notification shown anew."""
    return Message(
        NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Notify", signature=NOTIFY_SIGNATURE,
        body=[body[0], 0, *body[2:]], validate=False,
    )  # fmt: skip


def answer(call: Message, signature: str, body: list[Any]) -> Message:
    """Returns an answer to a call."""
    return Message(
        call.sender, message_type=MessageType.METHOD_RETURN, reply_serial=call.serial,
        signature=signature, body=body, validate=False,
    )  # fmt: skip


def answer_like(reply: Message, call: Message, body: list[Any]) -> Message:
    """Returns the answer to a call, or the error, that another bus has brought."""
    return Message(
        call.sender, message_type=reply.message_type, reply_serial=call.serial,
        error_name=reply.error_name, signature=reply.signature, body=body, validate=False,
    )  # fmt: skip


def refusal(call: Message) -> Message:
    """Returns the answer to a call that there is not."""
    return Message.new_error(call, ErrorType.UNKNOWN_METHOD, f"there is no {call.member}")


def signal(member: str, signature: str, body: list[Any], to: str | None) -> Message:
    """Returns a signal of a notification daemon."""
    return Message(
        to, NOTIFICATIONS_PATH, NOTIFICATIONS, member, MessageType.SIGNAL,
        signature=signature, body=body, validate=False,
    )  # fmt: skip


def is_of_none(reply: Message) -> bool:
    """Returns whether a bus says that nobody answers a call any more."""
    return reply.sender == BUS and reply.error_name in _OF_NONE
