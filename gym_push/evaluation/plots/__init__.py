"""Pictures of logs, of simulated people and of results, by Matplotlib (extra `plots`)."""
