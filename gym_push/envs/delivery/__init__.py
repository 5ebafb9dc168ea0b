"""delivery-v0: deliver, hold or suppress each notification of a person's days.

`people` says whose days they are, and `world` draws all that happens in them before the first
decision: notifications, contexts, and how the person would react. `rules` lets it happen, `rewards`
values it, `observations` shows it to the agent. `env` is the environment, which `single` plays in
plain numbers, and `vector_env` many in one. `history` keeps an episode, of which `frames` makes
what is shown.
"""
