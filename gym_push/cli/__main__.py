"""Runs the command as `python -m gym_push.cli`, for where scripts are not on the path."""

import sys

if __name__ == "__main__":
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        del sys.path[0]  # the working folder, where Python would look for every module first
    from gym_push.cli.app import main

    main()
