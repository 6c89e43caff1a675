"""Reply timeout: the client ends a connection whose PostgreSQL server no longer answers.

A hung server cannot enforce statement_timeout, so the client enforces a reply timeout.
"""

from typing import Any

from psycopg import Connection, OperationalError


class ReplyTimeoutConnection(Connection[Any]):
    """A psycopg connection that closes when one exchange with the server takes too long.

    reply_seconds: for one exchange; None: no limit.
    """

    reply_seconds: float | None = None

    def wait(self, gen: Any, *places: Any, **options: Any) -> Any:
        """See psycopg, which waits here for the end of each exchange.

        Raises psycopg.OperationalError when the time is over.
        """
        try:
            return super().wait(gen, *places, **{"timeout": self.reply_seconds, **options})
        except OperationalError as error:
            # Without an SQLSTATE the error is the client's own: the server may still be executing
            # the statement, so this session cannot be used again.
            if error.sqlstate is None:
                self.close()
            raise
