"""Use cases of people: sign in, second factor, sessions, own account, administration."""
