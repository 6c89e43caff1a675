"""Table of the training course: exercises that people have passed."""

from sqlalchemy import Column, ForeignKey, String, Table

from gateway.store.tables.columns import MOMENT, metadata

training_exercise = Table(
    "training_exercise",
    metadata,
    Column("person_id", ForeignKey("person.person_id"), primary_key=True),
    Column("exercise", String(40), primary_key=True),
    Column("passed_at", MOMENT, nullable=False),
)
