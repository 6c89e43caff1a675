"""`python -m gateway`: the command line."""

from gateway.cli.main import main

if __name__ == "__main__":
    main()
