"""Off-policy evaluation: what a policy would earn, from decisions that another one has logged.

`simulate_decisions`, or `gym-push generate --behaviour`, makes logs of random decisions;
`LoggedDecisions.of` reads them or your own; `off_policy_estimate` values another policy with them,
and `off_policy_bounds` does so without propensities.
"""
