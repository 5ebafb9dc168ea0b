"""basic-v0: does the person open this notification, in this context?

`env` is the environment, `vector_env` many of them in one. `episodes` draws the rows of an episode,
`schedule` steps through those of many environments in chunks, `score` counts, and `history` keeps
the decisions of which `frames` makes what is shown.
"""
