"""Rows as an installation has them at a revision, written in plain SQL: they don't change with the models.

A revision that makes tables or columns gets its rows here when it is written; each entry runs on top of
those before it, right after its revision, so that every later one has to carry them over.
"""

ROWS: dict[str, tuple[str, ...]] = {
    "0001": (
        """INSERT INTO provider (id, slug, name, website, domain, summary, description, country, employees,
        min_project_amount, min_project_currency, languages, engagement, industries, regions, agent_types, frameworks,
        models, clouds, tools, is_demo, published_at, created_at, updated_at, revision)
        VALUES (7, 'halden', 'Halden Automation', 'https://halden.example/', 'halden.example', 'Søk – 検索', '', 'NO',
        40, 500000000, 'EUR', '["nb"]', '[]', '["finance"]', '[]', '[]', '[]', '[]', '[]', '[]', false,
        '2026-03-01 10:00:00', '2026-03-01 10:00:00', '2026-03-01 10:00:00', 1)""",
        """INSERT INTO system (id, provider_id, name, summary, live_since, customer_is_public)
        VALUES (8, 7, 'Claims desk', '', '2025-01-01', false)""",
        """INSERT INTO figure (id, system_id, metric, value, coverage, as_of_on, method, stated_by, stated_at)
        VALUES (9, 8, 'response_minutes', 150000, '24x7', '2026-02-01', 'contract', 'vendor', '2026-02-02 09:00:00')""",
        """INSERT INTO answer (id, provider_id, criterion, status, note, as_of_on, stated_by, stated_at)
        VALUES (10, 7, 'sso', 'met', '', '2026-02-01', 'vendor', '2026-02-02 09:00:00')""",
        """INSERT INTO certification (id, provider_id, name, as_of_on, stated_by, stated_at)
        VALUES (11, 7, 'iso-27001', '2026-02-01', 'vendor', '2026-02-02 09:00:00')""",
        """INSERT INTO document (id, provider_id, title, entity, scope, dated_on)
        VALUES (12, 7, 'Report', 'Halden Automation', 'all', '2026-01-01')""",
        """INSERT INTO observation (id, system_id, first_sample_on, last_sample_on, expected_samples, samples,
        uptime_percent, days) VALUES (13, 8, '2026-01-01', '2026-02-01', 10, 9, 999700, '[[10, 9]]')""",
        """INSERT INTO reference (id, provider_id, system_id, state, asked_at, answered_on, verified_at, organisation,
        organisation_domain, is_named, quote) VALUES (14, 7, 8, 'verified', '2026-01-01 08:00:00', '2026-01-05',
        '2026-01-06 08:00:00', 'Customer', 'customer.example', true, 'It works.')""",
        """INSERT INTO evidence (id, provider_id, reference_id, system_id, metric, low, high, is_band, coverage,
        dated_on, label) VALUES (15, 7, 14, 8, 'response_minutes', 0, 150000, true, '24x7', '2026-01-05', '')""",
        """INSERT INTO report (id, provider_id, kind, message, state, notice, created_at, decided_on)
        VALUES (16, 7, 'misrepresentation', 'No', 'upheld', 'It was so', '2026-01-01 08:00:00', '2026-01-02')""",
        """INSERT INTO catalogue_version (id, kind, version, content, sha256, added_at)
        VALUES (17, 'rules', '1', 'kind: rules', 'ab', '2026-01-01 08:00:00')""",
        """INSERT INTO catalogue_activation (id, version_id, at, actor, reason)
        VALUES (18, 17, '2026-01-01 08:00:00', 'admin', '')""",
        """INSERT INTO job (id, kind, key, payload, state, run_at, attempts, last_error, created_at)
        VALUES (19, 'mail', 'k', '{}', 'waiting', '2026-01-01 08:00:00', 0, '', '2026-01-01 08:00:00')""",
        """INSERT INTO audit_event (id, at, actor, action, subject, provider_id, detail, previous_hash, hash)
        VALUES (1, '2026-01-01 08:00:00', 'admin', 'provider.published', 'provider:halden', 7, '{}', 'p', 'h')""",
    ),
    "0002": (
        """INSERT INTO user_account (id, email, name, role, password, active, confirmed_at, fs_uniquifier,
        failed_logins, is_demo, created_at, updated_at, revision)
        VALUES (20, 'ada@halden.example', 'Ada', 'vendor', 'x', true,
        '2026-03-01 10:00:00', 'u', 0, false, '2026-03-01 10:00:00', '2026-03-01 10:00:00', 1)""",
        """INSERT INTO login_session (id, user_id, token_hash, device, has_second_factor, created_at, seen_at, ends_at)
        VALUES (21, 20, 'h', 'Firefox', false, '2026-03-01 10:00:00', '2026-03-01 10:00:00', '2026-03-15 10:00:00')""",
        """INSERT INTO passkey (id, user_id, credential_id, public_key, sign_count, backup_state, device_type, name,
        usage, create_datetime, lastuse_datetime) VALUES (22, 20, '', '', 0, false, 'multi_device', 'Phone', 'first',
        '2026-03-01 10:00:00', '2026-03-01 10:00:00')""",
        """INSERT INTO account_link (id, user_id, purpose, email, asked_at, ends_at)
        VALUES (31, 20, 'email', 'ada@new.example', '2026-03-01 10:00:00', '2026-03-02 10:00:00')""",
        """INSERT INTO membership (id, provider_id, user_id, role, created_at)
        VALUES (23, 7, 20, 'owner', '2026-03-01 10:00:00')""",
        """INSERT INTO invitation (id, provider_id, email, role, invited_by, attempt, created_at, expires_at)
        VALUES (24, 7, 'bo@halden.example', 'editor', 20, 1, '2026-03-01 10:00:00', '2026-03-08 10:00:00')""",
        """INSERT INTO reach (provider_id, month_on, kind, count) VALUES (7, '2026-03-01', 'view', 41)""",
        """INSERT INTO claim (id, provider_id, user_id, method, message, attempt, state, created_at, expires_at,
        decided_at, reason, revision) VALUES (25, 7, 20, 'dns', '', 1, 'approved', '2026-03-01 10:00:00',
        '2026-03-08 10:00:00', '2026-03-02 10:00:00', '', 1)""",
        """INSERT INTO draft (provider_id, content, updated_by, updated_at, revision)
        VALUES (7, '{"profile": {}}', 20, '2026-03-01 10:00:00', 1)""",
        """INSERT INTO submission (id, provider_id, content, before, is_identity, state, submitted_by, submitted_at,
        reason, revision) VALUES (26, 7, '{}', '{}', false, 'waiting', 20, '2026-03-01 10:00:00', '', 1)""",
        """INSERT INTO decision (id, kind, item_id, item_revision, provider_id, outcome, reason, decided_by, decided_at)
        VALUES (27, 'claim', 25, 1, 7, 'approved', '', 20, '2026-03-02 10:00:00')""",
        """INSERT INTO planned_activation (id, version_id, kind, planned_at, due_on, actor, reason, told, failure)
        VALUES (28, 17, 'rules', '2026-03-01 10:00:00', '2026-03-31', 'admin:20', 'stricter', 0, '')""",
        """INSERT INTO dry_run (id, version_id, against_id, asked_at, actor, result, failure)
        VALUES (29, 17, 17, '2026-03-01 10:00:00', 'admin:20', '{}', '')""",
        """INSERT INTO letter_refusal (id, mailbox_hash, provider_id, refused_at)
        VALUES (30, 'h', 7, '2026-03-01 10:00:00')""",
        """INSERT INTO worker_beat (name, started_at, seen_at)
        VALUES ('host:1', '2026-03-01 10:00:00', '2026-03-01 10:00:30')""",
        """UPDATE reference SET asked_by = 20, asked = '{"metrics": ["uptime_percent"], "criteria": []}'""",
    ),
    "0003": (
        """INSERT INTO shortlist (id, user_id, share_attempt, shared_at, shares_notes, created_at, touched_at)
        VALUES (32, 20, 1, '2026-03-01 10:00:00', true, '2026-03-01 10:00:00', '2026-03-01 10:00:00')""",
        """INSERT INTO shortlist (id, token_hash, share_attempt, shares_notes, created_at, touched_at)
        VALUES (33, 'h', 0, false, '2026-03-01 10:00:00', '2026-03-01 10:00:00')""",
        """INSERT INTO shortlist_entry (id, shortlist_id, provider_id, name, place, status, note, added_at, changed_at,
        revision) VALUES (34, 32, 7, 'Halden Automation', 1, 'chosen', 'They know our trade', '2026-03-01 10:00:00',
        '2026-03-02 10:00:00', 2)""",
    ),
    "0004": (
        """INSERT INTO assessment (id, reading_key, checklist_id, answers, level, requests_per_day, uptime_percent,
        response_minutes, region, created_at, updated_at, revision) VALUES (35, 'k', 17, '{"sso": "met"}', 1, 10000,
        999000, 300000, 'eu', '2026-03-01 10:00:00', '2026-03-01 10:00:00', 1)""",
    ),
    "0005": (
        """INSERT INTO snapshot (id, token, taken_at, head, part_hashes, sha256)
        VALUES (40, 'unguessable', '2026-03-01 10:00:00', '{}', '["ab"]', 'cd')""",
        """INSERT INTO snapshot_column (snapshot_id, position, provider_id, content) VALUES (40, 0, 7, '{}')""",
    ),
    "0006": (
        """INSERT INTO alert (id, user_id, place, about, query, cadence, created_at, looked_on, seen)
        VALUES (36, 20, 1, 'search', 'q=claims', 'daily', '2026-03-01 10:00:00', '2026-03-01', 'x')""",
    ),
    "0007": (
        """INSERT INTO introduction (id, user_id, once, message, asked_at, changed_at)
        VALUES (37, 20, 'k', 'Who answers at night?', '2026-03-01 10:00:00', '2026-03-02 10:00:00')""",
        """INSERT INTO introduction_recipient (id, introduction_id, provider_id, questions, state, answer, answered_at,
        answered_by, contact_shown_at) VALUES (38, 37, 7, '["uptime_percent"]', 'answered', 'We do',
        '2026-03-02 10:00:00', 20, '2026-03-02 10:00:00')""",
    ),
}
