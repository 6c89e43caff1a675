"""The doors we knock at: the only home of zeep."""
