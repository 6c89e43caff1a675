"""The permit as lawyers and officers know it. Standard library only: no XML, no SQL, no HTTP."""
