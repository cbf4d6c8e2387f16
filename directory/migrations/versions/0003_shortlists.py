"""Shortlists: of an account or of a browser, with their entries."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shortlist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("share_attempt", sa.Integer(), nullable=False),
        sa.Column("shared_at", sa.DateTime(), nullable=True),
        sa.Column("shares_notes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (token_hash IS NULL)", name=op.f("ck_shortlist_one_keeper")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_shortlist_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shortlist_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_shortlist_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shortlist_touched_at", "shortlist", ["touched_at"])

    op.create_table(
        "shortlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shortlist_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('considering', 'contacted', 'ruled-out', 'chosen')", name=op.f("ck_shortlist_entry_status")
        ),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_shortlist_entry_note")),
        sa.CheckConstraint("place BETWEEN 0 AND 100", name=op.f("ck_shortlist_entry_place")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_shortlist_entry_provider_id_provider"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlist.id"],
            name=op.f("fk_shortlist_entry_shortlist_id_shortlist"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_entry")),
        sa.UniqueConstraint("shortlist_id", "place", name=op.f("uq_shortlist_entry_shortlist_id_place")),
        sa.UniqueConstraint("shortlist_id", "provider_id", name=op.f("uq_shortlist_entry_shortlist_id_provider_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shortlist_entry_provider_id", "shortlist_entry", ["provider_id"])


def downgrade() -> None:
    op.drop_index("ix_shortlist_entry_provider_id", "shortlist_entry")

    op.drop_table("shortlist_entry")
    op.drop_index("ix_shortlist_touched_at", "shortlist")

    op.drop_table("shortlist")
