"""What people ask of the gateway, one file each. Knows the domain and its own ports, no library."""
