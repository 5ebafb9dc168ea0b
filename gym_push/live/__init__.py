"""A real desktop: its notifications become a log, and an agent stands in their way.

    bus         the interfaces of D-Bus, a notification as its app sends it
    session     what the desktop tells of the moment: idle, locked, do not disturb
    rows        a row of the live log
    keeping     the folder of the live log: a file for each day
    tracking    follows notifications to what becomes of them
    listening   watches what passes between apps and the desktop's daemon

    daemon      the desktop's daemon on a bus of its own
    relay       stands between apps and the daemon; ids says which notification is which
    advising    what an agent says of a notification, for which nobody waits long
    held        keeps what waits
    guarding    delivers, holds or suppresses what the relay brings
    decisions   a row of the guard's log
    running     a guard from start to end, and how it is reached
    report      what the guard's log tells
    showing     its page

Everything here needs dbus-fast (extra `live`), and a Linux desktop whose session bus carries
notifications by the Desktop Notifications Specification
(specifications.freedesktop.org/notification-spec).
"""

from importlib import import_module

from gym_push.errors import extra_import

with extra_import("the desktop's bus", "dbus-fast", "live"):
    import_module("dbus_fast")
