"""Accounts, publishing, claims and decisions; what references, documents and reports keep of who asked and decided."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Column = tuple[sa.types.TypeEngine[Any], Any]
TEXT: Column = (sa.Text(), "")
MOMENT: Column = (sa.DateTime(), None)
NUMBER: Column = (sa.Integer(), None)
FIRST: Column = (sa.Integer(), "1")
NO: Column = (sa.Boolean(), sa.false())


def _word(length: int) -> Column:
    return sa.String(length), None


ADDED: dict[str, dict[str, Column]] = {
    "document": {
        "state": (sa.String(10), "waiting"),
        "subjects": (sa.JSON(), "[]"),
        "file_sha256": _word(64),
        "file_name": _word(200),
        "file_type": _word(40),
        "file_size": NUMBER,
        "added_by": NUMBER,
        "added_at": MOMENT,
        "reason": TEXT,
        "revision": FIRST,
    },
    "reference": {
        "organisation_website": _word(500),
        "asked": (sa.JSON(), "{}"),
        "asked_by": NUMBER,
        "asked_origin_hash": _word(64),
        "attempt": FIRST,
        "sent_at": MOMENT,
        "expires_at": MOMENT,
        "reminded_at": MOMENT,
        "bounced_at": MOMENT,
        "bounce": _word(20),
        "has_mail_host": (sa.Boolean(), None),
        "relationship": _word(20),
        "ties": (sa.JSON(), "[]"),
        "answers": (sa.JSON(), "{}"),
        "may_show_person": NO,
        "origin_hash": _word(64),
        "decline_reason": TEXT,
        "decided_at": MOMENT,
        "reason": TEXT,
        "contact_removed_at": MOMENT,
        "revision": FIRST,
    },
    "report": {
        "decided_by": NUMBER,
        "reason": TEXT,
        "rounds": (sa.JSON(), "[]"),
        "asked_at": MOMENT,
        "replied_at": MOMENT,
        "revision": FIRST,
    },
}
"""Columns that tables get, each with what the rows that are there have in it; None: nothing."""
WAITING = {"ix_reference_answered": ("reference", "state = 'answered'"), "ix_report_open": ("report", "state = 'open'")}
"""Indexes by which the queue finds what waits, however much was decided before."""
PEOPLE = {"ix_reference_referee_email": "referee_email", "ix_reference_organisation_domain": "organisation_domain"}
"""Indexes by which it is found whether somebody, or their firm, was asked before."""
OLD_STATES = "state IN ('asked', 'answered', 'verified', 'declined', 'rejected', 'withdrawn')"
STATES = "state IN ('asked', 'answered', 'verified', 'declined', 'rejected', 'withdrawn', 'cancelled')"
NUMBERS = {"document": {"sqlite_autoincrement": True}}
"""Tables that give no number twice from here on; SQLite else gives the highest one again once its row is gone."""
AUTHORS = {"document": "added_by", "reference": "asked_by", "report": "decided_by"}


def _add(table: str, columns: dict[str, Column]) -> None:
    """Add columns; those that must be set get their value in every row, and no default from then on."""
    required = {name: kind for name, (kind, value) in columns.items() if value is not None}
    with op.batch_alter_table(table, table_kwargs=NUMBERS.get(table, {})) as batch:
        for name, (kind, value) in columns.items():
            batch.add_column(sa.Column(name, kind, server_default=value, nullable=value is None))
    with op.batch_alter_table(table, table_kwargs=NUMBERS.get(table, {})) as batch:
        for name, kind in required.items():
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _allow(states: str) -> None:
    with op.batch_alter_table("reference") as batch:
        batch.drop_constraint(op.f("ck_reference_state"), type_="check")
        batch.create_check_constraint(op.f("ck_reference_state"), states)


def upgrade() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(), nullable=True),
        sa.Column("locked_at", sa.DateTime(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('buyer', 'vendor', 'admin')", name=op.f("ck_user_account_role")),
        sa.CheckConstraint("(email IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_user_account_erased")),
        sa.CheckConstraint("email IS NULL OR email = lower(email)", name=op.f("ck_user_account_email")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_user_account_fs_webauthn_user_handle")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_claim_decided")),
        sa.CheckConstraint("method IN ('email', 'dns', 'admin')", name=op.f("ck_claim_method")),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'rejected', 'withdrawn', 'lost')", name=op.f("ck_claim_state")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_claim_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_claim_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_claim_provider_id"), "claim", ["provider_id"], unique=False)
    op.create_index(op.f("ix_claim_user_id"), "claim", ["user_id"], unique=False)
    op.create_index(
        "uq_claim_waiting",
        "claim",
        ["provider_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("item_revision", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_decision_decided_by_user_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_decision_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_kind_item_id", "decision", ["kind", "item_id"], unique=False)
    op.create_index(op.f("ix_decision_provider_id"), "decision", ["provider_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_draft_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["user_account.id"], name=op.f("fk_draft_updated_by_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "dry_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("against_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["against_id"], ["catalogue_version.id"], name=op.f("fk_dry_run_against_id_catalogue_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_version.id"], name=op.f("fk_dry_run_version_id_catalogue_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dry_run")),
    )
    op.create_index(op.f("ix_dry_run_version_id"), "dry_run", ["version_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'editor')", name=op.f("ck_invitation_role")),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitation_one_end")),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by_user_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_invitation_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_provider_id"), "invitation", ["provider_id"], unique=False)
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["provider_id", "email"],
        unique=True,
        sqlite_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)

    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('confirm', 'reset', 'email')", name=op.f("ck_account_link_purpose")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_link_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_account_link_user_id"), "account_link", ["user_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'editor')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_membership_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("provider_id", "user_id", name=op.f("uq_membership_provider_id_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)

    op.create_table(
        "planned_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("done_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_planned_activation_one_end")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_version.id"], name=op.f("fk_planned_activation_version_id_catalogue_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_activation")),
    )
    op.create_index(op.f("ix_planned_activation_version_id"), "planned_activation", ["version_id"], unique=False)
    op.create_index(
        "uq_planned_activation_waiting",
        "planned_activation",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND cancelled_at IS NULL"),
    )

    op.create_table(
        "reach",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('view', 'search', 'comparison', 'introduction')", name=op.f("ck_reach_kind")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_reach_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("provider_id", "month_on", "kind", name=op.f("pk_reach")),
    )
    op.create_table(
        "letter_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_letter_refusal_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_refusal")),
    )
    op.create_index(op.f("ix_letter_refusal_mailbox_hash"), "letter_refusal", ["mailbox_hash"], unique=False)
    op.create_table(
        "worker_beat",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("is_identity", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_submission_decided")),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'rejected', 'changes-asked', 'withdrawn')",
            name=op.f("ck_submission_state"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_submission_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_submission_submitted_by_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_provider_id"), "submission", ["provider_id"], unique=False)
    op.create_index(op.f("ix_submission_state"), "submission", ["state"], unique=False)
    op.create_index(
        "uq_submission_waiting",
        "submission",
        ["provider_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    for name, columns in ADDED.items():
        _add(name, columns)
    op.execute(
        "UPDATE document SET state = CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'"
        " WHEN checked_at IS NOT NULL THEN 'checked' ELSE 'waiting' END"
    )
    with op.batch_alter_table("document", table_kwargs=NUMBERS["document"]) as batch:
        batch.create_index(op.f("ix_document_state"), ["state"])
        batch.create_check_constraint(
            op.f("ck_document_state"), "state IN ('waiting', 'checked', 'rejected', 'withdrawn')"
        )
        batch.create_check_constraint(op.f("ck_document_checked"), "state <> 'checked' OR checked_at IS NOT NULL")
        batch.create_check_constraint(op.f("ck_document_withdrawn"), "state <> 'withdrawn' OR withdrawn_at IS NOT NULL")
    _allow(STATES)
    for index, column in PEOPLE.items():
        op.create_index(index, "reference", [column])
    for name, column in AUTHORS.items():
        with op.batch_alter_table(name, table_kwargs=NUMBERS.get(name, {})) as batch:
            batch.create_foreign_key(
                op.f(f"fk_{name}_{column}_user_account"), "user_account", [column], ["id"], ondelete="SET NULL"
            )
    for index, (name, condition) in WAITING.items():
        op.create_index(
            index, name, ["id"], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition), unique=False
        )


def downgrade() -> None:
    for index, (name, _) in WAITING.items():
        op.drop_index(index, table_name=name)
    for name, column in AUTHORS.items():
        with op.batch_alter_table(name) as batch:
            batch.drop_constraint(op.f(f"fk_{name}_{column}_user_account"), type_="foreignkey")
    with op.batch_alter_table("document", naming_convention={"pk": "pk_%(table_name)s"}) as batch:
        batch.drop_index(op.f("ix_document_state"))
        for constraint in ("state", "checked", "withdrawn"):
            batch.drop_constraint(op.f(f"ck_document_{constraint}"), type_="check")
    for index in PEOPLE:
        op.drop_index(index, table_name="reference")
    op.execute("DELETE FROM reference WHERE state = 'cancelled'")
    _allow(OLD_STATES)
    for name, columns in ADDED.items():
        with op.batch_alter_table(name) as batch:
            for column_name in columns:
                batch.drop_column(column_name)

    op.drop_table("submission")
    op.drop_table("worker_beat")

    op.drop_table("reach")

    op.drop_table("planned_activation")

    op.drop_table("passkey")

    op.drop_table("membership")
    op.drop_table("letter_refusal")

    op.drop_table("account_link")
    op.drop_table("login_session")

    op.drop_table("invitation")
    op.drop_table("dry_run")
    op.drop_table("draft")

    op.drop_table("decision")

    op.drop_table("claim")
    op.drop_table("user_account")
