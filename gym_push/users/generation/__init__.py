"""Folders of logs, as `gym-push generate` writes them.

`writing` follows a `plan` that can be resumed, in any number of processes.
"""
