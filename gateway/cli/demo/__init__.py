"""Two gateways on one machine: how they are set up, and the steps that show an exchange from end to end."""
