"""What becomes of a PostgreSQL server that hangs? It keeps no time any more, so this end of the line does."""

from typing import Any

from psycopg import Connection, OperationalError


class PunctualConnection(Connection[Any]):
    """Gives up, and closes, where an exchange with the server takes longer than `reply_seconds`; None: never."""

    reply_seconds: float | None = None

    def wait(self, gen: Any, *places: Any, **options: Any) -> Any:
        """As psycopg waits for the end of each exchange."""
        try:
            return super().wait(gen, *places, **{"timeout": self.reply_seconds, **options})
        except OperationalError as error:
            if error.sqlstate is None:  # not the server's word: nobody knows what it is still doing
                self.close()
            raise
