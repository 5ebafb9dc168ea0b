"""delivery-v0: deliver, hold or suppress each notification of a person's days.

world   whom an agent meets and all that it cannot change, laid out before the first decision:
│       `ticks`, at which it is asked, and `rewards`, what each delivery would lead to
▼
rules, state ──► observations   many games on arrays; `single` plays one in plain numbers
│
env, vector_env ──► history ──► frames   the environments, and what is shown of an episode
"""
