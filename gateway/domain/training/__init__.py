"""Training course: modules with exercises, and a tour of modules for each role."""
