"""Service use cases: state, maintenance, clock, served authorities, caller identification."""
