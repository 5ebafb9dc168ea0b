"""Other libraries, a file each: learners that play the environments, models that are agents."""
