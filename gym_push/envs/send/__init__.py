"""send-v0: an app's messages to a person, who responds, tires, forms a habit, or leaves.

presets ──► messages, response    what can be sent, and every number of what it does to a person
                │
world           ▼                 whom an agent meets, when it is asked, and all chance
│             forms               what an action is: a message of a catalogue, or a composed one
▼               │
rules ◄─────────┘                 budget, counts, reward
│
games ──► observations, measures  one in plain numbers, many on arrays
│
env, vector_env ──► history ──► frames    the environments, and what is shown of an episode
"""
