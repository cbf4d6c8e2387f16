"""Introductions: what buyers ask providers, and what becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("user_id IS NOT NULL OR message = ''", name=op.f("ck_introduction_message")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_introduction_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("user_id", "once", name=op.f("uq_introduction_user_id_once")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "introduction_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("contact_shown_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(state = 'answered') = (answer <> '')", name=op.f("ck_introduction_recipient_answer")),
        sa.CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck_introduction_recipient_answered_at")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'answered', 'declined')", name=op.f("ck_introduction_recipient_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_introduction_recipient_answered_by_user_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_introduction_recipient_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_introduction_recipient_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_recipient")),
        sa.UniqueConstraint(
            "introduction_id", "provider_id", name=op.f("uq_introduction_recipient_introduction_id_provider_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_introduction_recipient_provider_id", "introduction_recipient", ["provider_id"])


def downgrade() -> None:
    op.drop_index("ix_introduction_recipient_provider_id", "introduction_recipient")

    op.drop_table("introduction_recipient")
    op.drop_table("introduction")
