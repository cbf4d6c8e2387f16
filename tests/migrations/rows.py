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
}
