"""Other libraries: their learners play the environments, their models are agents."""
