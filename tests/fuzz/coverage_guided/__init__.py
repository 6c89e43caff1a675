"""Coverage-guided fuzzing: inputs that reach new code are kept and changed further."""
