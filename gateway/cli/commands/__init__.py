"""Commands by subject; `gateway.cli.command_table` names them all."""
