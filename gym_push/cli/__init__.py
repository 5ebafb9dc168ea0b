"""The command `gym-push`: one file for each subcommand, and `app` that holds them together."""
