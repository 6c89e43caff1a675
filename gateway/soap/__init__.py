"""The door partners knock at: SOAP 1.1 and 1.2 in, fault or answer out. The only home of Spyne."""
