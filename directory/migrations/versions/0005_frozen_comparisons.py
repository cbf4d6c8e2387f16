"""Frozen comparisons, kept by value: a head, and a column for each provider."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("part_hashes", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("token", name=op.f("uq_snapshot_token")),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_taken_at"), ["taken_at"], unique=False)

    op.create_table(
        "snapshot_column",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_snapshot_column_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_column_snapshot_id_snapshot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "position", name=op.f("pk_snapshot_column")),
    )
    with op.batch_alter_table("snapshot_column", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_column_provider_id"), ["provider_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("snapshot_column", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_column_provider_id"))

    op.drop_table("snapshot_column")
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_taken_at"))

    op.drop_table("snapshot")
