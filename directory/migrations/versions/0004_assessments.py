"""Assessments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading_key", sa.String(length=22), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("requests_per_day", sa.BigInteger(), nullable=True),
        sa.Column("uptime_percent", sa.BigInteger(), nullable=True),
        sa.Column("response_minutes", sa.BigInteger(), nullable=True),
        sa.Column("region", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_assessment_level")),
        sa.CheckConstraint("requests_per_day >= 0", name=op.f("ck_assessment_requests_per_day")),
        sa.CheckConstraint("response_minutes >= 0", name=op.f("ck_assessment_response_minutes")),
        sa.CheckConstraint("uptime_percent BETWEEN 0 AND 1000000", name=op.f("ck_assessment_uptime_percent")),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["catalogue_version.id"], name=op.f("fk_assessment_checklist_id_catalogue_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("reading_key", name=op.f("uq_assessment_reading_key")),
    )
    op.create_index("ix_assessment_updated_at", "assessment", ["updated_at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_assessment_updated_at", "assessment")
    op.drop_table("assessment")
