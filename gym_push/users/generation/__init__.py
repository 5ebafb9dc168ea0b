"""Folders of logs, as `gym-push generate` writes them.

`writing` follows a `plan` that can be resumed, in any number of processes. A `phone_policy` says
what phones do with what arrives and what the columns mean.
"""
