"""A real desktop: its notifications become a log, and an agent stands in their way.

    bus         the interfaces of D-Bus, a notification as its app sends it
    session     what the desktop tells of the moment: idle, locked, do not disturb
    rows        a row of the live log
    keeping     the folder of the live log: a file for each day
    listening   watches what passes between apps and the desktop's daemon

    relay       stands between apps and the daemon; messages and ids are what it passes on
    daemon      the desktop's daemon on a bus of its own, behind the relay
    advising    what an agent says of a notification; asking does not wait for it for long
    guarding    delivers, holds or suppresses what the relay brings
    held        keeps what waits; releasing has it shown in the end
    following   knows what became of each notification; decided is a row of its log
    running     a guard from start to end; control reaches it, report reads its log,
                showing is its page

Everything here needs dbus-fast (extra `live`), and a Linux desktop whose session bus carries
notifications by the Desktop Notifications Specification
(specifications.freedesktop.org/notification-spec).
"""

from gym_push.errors import extra_import

with extra_import("the desktop's bus", "dbus-fast", "live"):
    import dbus_fast  # noqa: F401
