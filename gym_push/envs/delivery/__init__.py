"""delivery-v0: deliver, hold or suppress each notification of a person's days.

people ──► world   all that happens before the first decision, laid out ahead: `ticks`, at
│               which the agent is asked, and `rewards`, what each delivery would lead to
▼
rules, state ──► observations   many games on arrays; `single` plays one in plain numbers
│
env, vector_env ──► history ──► frames   the environments, and what is shown of an episode
"""
