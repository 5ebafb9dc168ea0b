"""The command `gym-push`.

`app` holds the subcommands together and ends in a sentence when something is wrong; each other
module is a subcommand or a few of them. `types` and `options` read command lines, `output` prints.
"""
