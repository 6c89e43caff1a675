"""Groups of the commands about people who sign in, and what they found at their desks."""
