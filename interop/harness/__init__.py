"""What `run.py` is made of: a server per scenario, and the reference page. Standard library only."""
