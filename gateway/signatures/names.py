"""By which name are development certificates told from real ones?"""

DEVELOPMENT_ORGANISATION = "DEVELOPMENT ONLY - not for production"
