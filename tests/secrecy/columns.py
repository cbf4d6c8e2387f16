"""Who may see what is kept: every column of every table, each given to one audience.

A new column belongs in here before it can be stored; a test compares this with the models.
"""

from enum import Enum


class Audience(Enum):
    """Who may see the words of a column, as far as they are private in the scene."""

    ANYBODY = "anybody: it is published, or tells nothing (numbers of rows, moments, kinds, counts)"
    MEMBERS = "the members of the provider, and admins"
    TEAM = "the members of the provider"
    PEOPLE = "the person, the other members of their provider, and admins"
    SELF = "the person"
    CLAIMANT = "the person, and admins"
    ADMINS = "admins"
    ASKED = "whoever asks for an introduction, and the members of the provider that they ask"
    NOBODY = "nobody: no page, export, log or event ever shows it"


COLUMNS: dict[str, dict[Audience, str]] = {
    "alert": {
        Audience.ANYBODY: "id user_id place about cadence created_at looked_on seen",
        Audience.SELF: "query",
    },
    "account_link": {
        Audience.ANYBODY: "id user_id purpose asked_at ends_at ended_at",
        Audience.SELF: "email",
    },
    "answer": {
        Audience.ANYBODY: "id provider_id criterion status note evidence_url as_of_on stated_by stated_at superseded_at"
    },
    "assessment": {
        Audience.ANYBODY: "id checklist_id answers level requests_per_day uptime_percent response_minutes region"
        " created_at updated_at revision",
        Audience.NOBODY: "reading_key",
    },
    "audit_event": {Audience.ANYBODY: "id at actor action subject provider_id detail previous_hash hash"},
    "catalogue_activation": {Audience.ANYBODY: "id version_id at actor reason"},
    "catalogue_version": {Audience.ANYBODY: "id kind version content sha256 added_at"},
    "certification": {
        Audience.ANYBODY: "id provider_id name valid_until url as_of_on stated_by stated_at superseded_at"
    },
    "claim": {
        Audience.ANYBODY: "id provider_id user_id method attempt state created_at expires_at decided_at revision",
        Audience.CLAIMANT: "email message reason",
    },
    "decision": {
        Audience.ANYBODY: "id kind item_id item_revision provider_id outcome decided_by decided_at",
        Audience.MEMBERS: "reason",
    },
    "document": {
        Audience.ANYBODY: "id provider_id url dated_on window_starts_on ends_on checked_at withdrawn_at state subjects"
        " file_sha256 file_type file_size added_by added_at revision",
        Audience.MEMBERS: "title entity scope file_name reason",
    },
    "draft": {Audience.ANYBODY: "provider_id updated_by updated_at revision", Audience.TEAM: "content"},
    "dry_run": {Audience.ANYBODY: "id version_id against_id asked_at actor finished_at result failure"},
    "evidence": {
        Audience.ANYBODY: "id provider_id document_id reference_id observation_id system_id metric criterion"
        " certification low high is_band coverage status dated_on ends_on withdrawn_at label"
    },
    "figure": {
        Audience.ANYBODY: "id system_id metric value coverage window_days as_of_on method source_url stated_by"
        " stated_at superseded_at"
    },
    "introduction": {
        Audience.ANYBODY: "id user_id asked_at changed_at",
        Audience.ASKED: "message",
        Audience.NOBODY: "once",
    },
    "introduction_recipient": {
        Audience.ANYBODY: "id introduction_id provider_id questions state answered_at answered_by contact_shown_at",
        Audience.ASKED: "answer",
    },
    "invitation": {
        Audience.ANYBODY: "id provider_id role invited_by attempt created_at expires_at accepted_at revoked_at",
        Audience.MEMBERS: "email",
    },
    "job": {
        Audience.ANYBODY: "id kind state run_at attempts leased_until leased_by last_error created_at finished_at",
        Audience.ADMINS: "key",
        Audience.NOBODY: "payload",
    },
    "letter_refusal": {Audience.ANYBODY: "id provider_id refused_at", Audience.NOBODY: "mailbox_hash"},
    "login_session": {
        Audience.ANYBODY: "id user_id has_second_factor created_at seen_at ends_at ended_at",
        Audience.SELF: "device",
        Audience.NOBODY: "token_hash",
    },
    "membership": {Audience.ANYBODY: "id provider_id user_id role created_at"},
    "observation": {
        Audience.ANYBODY: "id system_id first_sample_on last_sample_on expected_samples samples uptime_percent days"
    },
    "passkey": {
        Audience.ANYBODY: "id user_id sign_count transports backup_state device_type extensions usage create_datetime"
        " lastuse_datetime",
        Audience.SELF: "name",
        Audience.NOBODY: "credential_id public_key",
    },
    "planned_activation": {
        Audience.ANYBODY: "id version_id kind planned_at due_on actor reason told_at told done_at cancelled_at failure"
    },
    "provider": {
        Audience.ANYBODY: "id slug name website domain summary description country founded employees"
        " min_project_amount min_project_currency languages engagement industries regions agent_types frameworks models"
        " clouds tools source_name source_url source_retrieved_on is_demo claimed_at published_at withdrawn_at"
        " created_at updated_at revision"
    },
    "reach": {Audience.ANYBODY: "provider_id month_on kind count"},
    "reference": {
        Audience.ANYBODY: "id provider_id system_id state asked_at answered_on verified_at withdrawn_at"
        " organisation_employees organisation_is_regulated organisation_country organisation_industry is_named asked"
        " asked_by attempt sent_at expires_at reminded_at bounced_at bounce has_mail_host relationship ties answers"
        " may_show_person decided_at contact_removed_at revision",
        Audience.MEMBERS: "organisation organisation_domain organisation_website reason",
        Audience.ADMINS: "referee_name referee_title referee_email quote decline_reason",
        Audience.NOBODY: "asked_origin_hash origin_hash",
    },
    "report": {
        Audience.ANYBODY: "id provider_id kind state notice created_at decided_on decided_by asked_at replied_at"
        " revision",
        Audience.MEMBERS: "rounds reason",
        Audience.ADMINS: "message contact",
    },
    "shortlist": {
        Audience.ANYBODY: "id user_id share_attempt shared_at shares_notes created_at touched_at",
        Audience.NOBODY: "token_hash",
    },
    "shortlist_entry": {
        Audience.ANYBODY: "id shortlist_id provider_id name place status added_at changed_at revision",
        Audience.SELF: "note",
    },
    "submission": {
        Audience.ANYBODY: "id provider_id is_identity state submitted_by submitted_at decided_at revision",
        Audience.MEMBERS: "content before reason",
    },
    "snapshot": {Audience.ANYBODY: "id token taken_at head part_hashes sha256"},
    "snapshot_column": {Audience.ANYBODY: "snapshot_id position provider_id content"},
    "system": {
        Audience.ANYBODY: "id provider_id name summary industry agent_type live_since retired_on customer_employees"
        " customer_is_regulated customer_is_public",
        Audience.MEMBERS: "customer_name customer_website",
    },
    "user_account": {
        Audience.ANYBODY: "id role active confirmed_at tf_primary_method totp_counter failed_logins retry_at locked_at"
        " is_demo created_at updated_at erased_at revision",
        Audience.PEOPLE: "name email",
        Audience.NOBODY: "password fs_uniquifier fs_webauthn_user_handle tf_totp_secret mf_recovery_codes",
    },
    "worker_beat": {Audience.ANYBODY: "name started_at seen_at"},
}
"""Columns by audience. What is published only later (a quote, an organisation's name) stands with who sees it before;
`reference.answers`, which are numbers, have a test of their own."""


def audience_of(table: str, column: str) -> Audience:
    """Return who may see a column."""
    return next(audience for audience, names in COLUMNS[table].items() if column in names.split())
