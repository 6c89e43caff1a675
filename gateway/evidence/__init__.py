"""What goes with evidence out of the journal: a script that verifies it anywhere, and a page that says how."""
