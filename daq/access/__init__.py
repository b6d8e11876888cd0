"""Who may do what: users, roles, passwords, tokens, and what a signature stands for."""
