"""Reading of configuration files and EPIX_ variables; errors name file and line."""
