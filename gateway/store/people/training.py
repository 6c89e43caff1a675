"""Training progress: the port `TrainingProgress`."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, select

from gateway.store.database.errors import guarded, readable
from gateway.store.database.moments import in_utc
from gateway.store.database.upsert import upsert
from gateway.store.tables import training_exercise as table


class SqlTrainingProgress:
    """The port `TrainingProgress`."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._writing = writing
        self._reading = reading

    def passed(self, person_id: str) -> Mapping[str, datetime]:
        """See the port."""
        query = select(table.c.exercise, table.c.passed_at).where(table.c.person_id == person_id)
        with guarded(), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        with readable():
            return {row.exercise: datetime.fromisoformat(row.passed_at) for row in rows}

    def pass_(self, person_id: str, exercise: str, at: datetime) -> None:
        """See the port."""
        row = {"person_id": person_id, "exercise": exercise, "passed_at": in_utc(at)}
        with guarded(), self._writing.begin() as connection:
            connection.execute(
                upsert(connection, table)
                .values(row)
                .on_conflict_do_nothing(index_elements=["person_id", "exercise"])
            )
