"""Pages for people: sign-in, own account, administration. The home of Starlette and Babel."""
