"""Runs the command as `python -m gym_push.cli`, for where scripts are not on the path."""

from gym_push.cli.app import main

if __name__ == "__main__":
    main()
