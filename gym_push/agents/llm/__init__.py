"""An agent that is a language model, at any endpoint that speaks OpenAI's protocol.

`agent` is the agent, `prompt` what the model is told, `endpoint` asks it within a limit on
spending, `cache` keeps the answers, `client` sends one request, and `settings` say how.
"""

from gym_push.agents.llm.agent import LLM as LLM
