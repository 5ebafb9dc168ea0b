"""basic-v0: does the person open this notification, in this context?

`env` is the environment, `vector_env` many of them in one. `episodes` draws the rows of an episode
and keeps its score, `schedule` lays out those of many environments ahead, and `frames` shows them.
"""
