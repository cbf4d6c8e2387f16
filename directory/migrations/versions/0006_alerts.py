"""Alerts: saved searches and shortlists, with what was there when they were looked at last."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("about = 'search' OR query = ''", name=op.f("ck_alert_query")),
        sa.CheckConstraint("about IN ('search', 'shortlist')", name=op.f("ck_alert_about")),
        sa.CheckConstraint("cadence IN ('daily', 'weekly', 'never')", name=op.f("ck_alert_cadence")),
        sa.CheckConstraint("place BETWEEN 1 AND 50", name=op.f("ck_alert_place")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_alert_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("user_id", "about", "query", name=op.f("uq_alert_user_id_about_query")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_alert_user_id_place")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_cadence", "alert", ["cadence"])


def downgrade() -> None:
    op.drop_index("ix_alert_cadence", "alert")

    op.drop_table("alert")
