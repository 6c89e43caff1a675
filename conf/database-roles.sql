-- PostgreSQL roles of a gateway with least privilege, and what each may do (docs/database-roles.md).
--
--   psql -v ON_ERROR_STOP=1 -f database-roles.sql 'postgresql://postgres@db1.example.org/epix?...'
--
-- Run it in the database of the gateway: once as superuser before `epix-gateway migrate`, and again after each
-- `migrate`, as superuser or as epix_migrate. It can be run at any time, also while gateways serve: in one transaction it takes
-- away what the roles may do, and gives what stands in the table below. Whatever else was granted on the tables is gone
-- afterwards. A table that is not in it stops the script, and nothing is changed.
--
-- Roles have no password here. Give them one (\password epix_serve), or another way to log in (pg_hba.conf).

BEGIN;
SET LOCAL client_min_messages = warning;
-- One at a time: two that grant the same would fail.
SELECT pg_advisory_xact_lock(hashtext('epix-gateway: database-roles.sql'));
SET LOCAL lock_timeout = '10s';

-- 1. Roles. All seven may log in, and are nothing more.

DO $$
DECLARE
    role text;
    names constant text[] := ARRAY['epix_serve', 'epix_publish', 'epix_prune', 'epix_migrate', 'epix_read', 'epix_backup', 'epix_web'];
BEGIN
    FOREACH role IN ARRAY names LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
    END LOOP;
    SELECT string_agg(rolname, ', ') INTO role FROM pg_roles WHERE rolname = ANY (names)
        AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls);
    IF role IS NOT NULL THEN
        RAISE EXCEPTION 'may do more than any role of a gateway, see \du: %', role;
    END IF;
    SELECT string_agg(member::regrole::text || ' of ' || roleid::regrole::text, ', ') INTO role
        FROM pg_auth_members WHERE member::regrole::text = ANY (names);
    IF role IS NOT NULL THEN
        RAISE EXCEPTION 'a role of a gateway is a member of no other: %', role;
    END IF;
END $$;

-- 2. The schema and everything in it belongs to epix_migrate, the only role that may change tables. The functions of triggers
-- find the tables of this schema, and no temporary table of the same name.

DO $$
DECLARE
    schema constant name := current_schema();
    found record;
BEGIN
    IF (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = schema) <> 'epix_migrate' THEN
        EXECUTE format('ALTER SCHEMA %I OWNER TO epix_migrate', schema);
    END IF;
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema);
    EXECUTE format(
        'GRANT USAGE ON SCHEMA %I TO epix_serve, epix_publish, epix_prune, epix_read, epix_backup, epix_web', schema
    );
    IF pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') THEN
        EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    END IF;
    FOR found IN
        SELECT relname FROM pg_class WHERE relnamespace = schema::regnamespace AND relkind IN ('r', 'p')
            AND relowner::regrole::text <> 'epix_migrate'
    LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO epix_migrate', found.relname);
    END LOOP;
    FOR found IN
        SELECT oid::regprocedure AS function FROM pg_proc WHERE pronamespace = schema::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO epix_migrate', found.function);
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', found.function, schema);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', found.function);
    END LOOP;
END $$;

-- 3. What each role may do on each table: all that a process needs, and nothing else. epix_backup reads everything, and
-- epix_migrate owns it.

DO $$
DECLARE
    schema constant name := current_schema();
    decisions constant jsonb := (SELECT jsonb_agg(decision) FROM (VALUES
    -- table,
    --     epix_serve,
    --     epix_publish,
    --     epix_prune,
    --     epix_read
    ('alembic_version',
        'SELECT',
        'SELECT',
        'SELECT',
        'SELECT'),
    ('api_budget',
        'SELECT, INSERT, UPDATE (window_began, calls)',
        '-',
        '-',
        '-'),
    ('api_key',
        'SELECT, UPDATE (used_on)',
        'SELECT, INSERT, UPDATE (revoked_at)',
        '-',
        '-'),
    ('api_request',
        'SELECT, INSERT, UPDATE (status, answer), DELETE',
        '-',
        '-',
        '-'),
    ('attachment',
        'SELECT',
        'SELECT, INSERT',
        'SELECT',
        'SELECT'),
    ('authority',
        'SELECT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('compatibility',
        'SELECT, UPDATE (id)',
        'SELECT',
        'SELECT',
        'SELECT'),
    ('configuration_change',
        'SELECT, INSERT',
        '-',
        '-',
        'SELECT'),
    ('confirmation',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('confirmed_quantity',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('content',
        'SELECT, INSERT',
        'SELECT, INSERT',
        'SELECT, DELETE',
        'SELECT'),
    ('customs_look_up',
        'SELECT, INSERT, UPDATE (due_at, state, attempts, version, document, attachments, refusal, fetched_at, answered_at, seen), DELETE',
        '-',
        '-',
        '-'),
    ('declaration',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('declaration_use',
        'SELECT, INSERT',
        'SELECT',
        '-',
        'SELECT'),
    ('document',  -- as issued: section 4
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, UPDATE (seal_id), DELETE',
        'SELECT',
        'SELECT'),
    ('exchange',  -- the journal
        'SELECT, INSERT',
        'SELECT, INSERT',
        'SELECT, INSERT, DELETE',
        'SELECT (id, direction, began_at, ended_at, operation, caller, callee, fingerprint, permit_number, outcome,
            answer_content)'),
    ('exchange_count',
        'SELECT, INSERT, UPDATE (times, newest), DELETE',
        '-',
        '-',
        'SELECT'),
    ('exchange_counted',
        'SELECT, INSERT, UPDATE (position)',
        '-',
        '-',
        'SELECT'),
    ('failed_sign_in',
        'SELECT, INSERT, UPDATE (failures), DELETE',
        '-',
        '-',
        '-'),
    ('foreign_reexport',
        'SELECT, INSERT',
        'SELECT',
        '-',
        'SELECT'),
    ('former_document',
        'SELECT',
        'SELECT, INSERT',
        'SELECT',
        'SELECT'),
    ('former_seal',
        'SELECT',
        'SELECT, INSERT',
        'SELECT',
        'SELECT'),
    ('integrity_walk',
        'SELECT, INSERT, DELETE',
        '-',
        '-',
        'SELECT'),
    ('journal_anchor',
        'SELECT, INSERT',
        '-',
        '-',
        'SELECT'),
    ('journal_head',
        'SELECT, INSERT',
        '-',
        'SELECT',
        'SELECT'),
    ('journal_hold',
        'SELECT',
        'SELECT, INSERT',
        'SELECT',
        'SELECT'),
    ('journal_leaf',
        'SELECT, INSERT',
        '-',
        'SELECT',
        'SELECT'),
    ('journal_pruned',
        'SELECT',
        '-',
        'SELECT, INSERT',
        'SELECT'),
    ('journal_release',
        'SELECT',
        'SELECT, INSERT',
        'SELECT',
        'SELECT'),
    ('journal_stamp',
        'SELECT, INSERT',
        '-',
        'SELECT',
        'SELECT'),
    ('key_list',
        'SELECT, INSERT, UPDATE (content, received_at)',
        'SELECT, INSERT, UPDATE (content, received_at)',
        '-',
        'SELECT'),
    ('ledger_line',
        'SELECT, UPDATE (confirmed_at_export, confirmed_at_import)',
        'SELECT, INSERT, UPDATE, DELETE',
        '-',
        'SELECT'),
    ('loss_note',  -- as issued: section 4
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('mail_question',
        'SELECT, INSERT, UPDATE (mailed_at, answered_at, answer, asked_by), DELETE',
        '-',
        '-',
        'SELECT (id, country, permit_number, addressee, address, language, boxes, asked_by, asked_at, expires_at, mailed_at,
            answered_at, answer, authority)'),
    ('mismatch_act',
        'SELECT, INSERT, UPDATE (taken_at, refusal)',
        'SELECT, INSERT, UPDATE (taken_at, refusal)',
        '-',
        'SELECT'),
    ('mismatch_partner',
        'SELECT, INSERT, UPDATE (outcome, at)',
        'SELECT, INSERT, UPDATE (outcome, at)',
        '-',
        'SELECT'),
    ('mismatch_settlement',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('national_record',
        'SELECT (source, number, authority, taken, refused_at)',
        'SELECT, INSERT, UPDATE',
        '-',
        'SELECT (source, number, authority, taken, refused_at, problems)'),
    ('national_source',
        'SELECT',
        'SELECT, INSERT, UPDATE',
        '-',
        'SELECT'),
    ('one_time_code',
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        '-'),
    ('outbox',
        'SELECT, INSERT, UPDATE (token, state, attempts, due_at, confirmation_id)',
        'SELECT (id, country, permit_number, quantities, person, created_at, state)',
        '-',
        'SELECT (id, country, permit_number, quantities, person, created_at, state, attempts, due_at, confirmation_id)'),
    ('outbox_event',
        'SELECT, INSERT',
        '-',
        '-',
        'SELECT'),
    ('partner_head',
        'SELECT, INSERT',
        '-',
        '-',
        'SELECT'),
    ('partner_last_result',
        'SELECT, INSERT, UPDATE (good_at, bad_at, failing_since)',
        '-',
        '-',
        'SELECT'),
    ('partner_probe',
        'SELECT, INSERT, UPDATE (due_at)',
        '-',
        '-',
        'SELECT'),
    ('partner_result',
        'SELECT, INSERT, UPDATE (answered, refused, failed, unreachable, milliseconds, slowest), DELETE',
        '-',
        '-',
        'SELECT'),
    ('partner_window',
        'SELECT',
        'SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by)',
        '-',
        'SELECT'),
    ('passkey',
        'SELECT, INSERT, UPDATE (sign_count), DELETE',
        'SELECT, DELETE',
        '-',
        '-'),
    ('permit',
        'SELECT, UPDATE (status, successor, attachments, revision, changed_at)',
        'SELECT, INSERT, UPDATE (status, successor, countries, attachments, content, revision, changed_at)',
        'SELECT (number, content)',
        'SELECT (id, authority_id, number, status, successor, countries, attachments, revision, created_at, changed_at,
            content)'),
    ('permit_event',
        'SELECT, INSERT',
        'SELECT',
        '-',
        '-'),
    ('permit_record',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('permit_suspension',
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('person',
        'SELECT, INSERT, UPDATE (name, full_name, disabled_at, password_hash, totp_secret, totp_step, failures, failed_at)',
        'SELECT, INSERT, UPDATE (full_name, disabled_at, password_hash, totp_secret, totp_step, failures, failed_at)',
        '-',
        'SELECT (person_id, name, full_name, created_at, disabled_at)'),
    ('person_link',
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        '-'),
    ('person_role',
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('quota_line',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('reference_fact',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('reference_import',
        'SELECT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('reference_name',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('reference_taxon',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('reexport_line',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        'SELECT'),
    ('reversal',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('service_mode',
        'SELECT',
        'SELECT, INSERT',
        '-',
        'SELECT'),
    ('shared_key',
        'SELECT, INSERT',
        'SELECT, INSERT',
        '-',
        '-'),
    ('shared_mismatch',
        'SELECT, INSERT, UPDATE (ours, ours_as_of, theirs, theirs_as_of, waits_since, due_at, attempts, outcome)',
        'SELECT, INSERT, UPDATE (ours, ours_as_of, theirs, theirs_as_of, waits_since, due_at, attempts, outcome)',
        '-',
        'SELECT'),
    ('shown_certificate',
        'SELECT, INSERT',
        '-',
        '-',
        'SELECT'),
    ('sign_on_answer',
        'SELECT, INSERT, DELETE',
        '-',
        '-',
        '-'),
    ('supporting_document',
        'SELECT, INSERT, UPDATE (removed_at, removed_by, removal_reason)',
        'SELECT, INSERT, UPDATE (removed_at, removed_by, removal_reason)',
        'SELECT',
        'SELECT'),
    ('taken_message',  -- the replay cache
        'SELECT, INSERT, UPDATE (kept_until), DELETE',
        '-',
        '-',
        '-'),
    ('training_exercise',
        'SELECT, INSERT',
        '-',
        '-',
        '-'),
    ('unlinked_subject',
        'SELECT, INSERT, DELETE',
        'SELECT, INSERT, DELETE',
        '-',
        '-'),
    ('web_session',
        'SELECT, INSERT, UPDATE (authority, seen_at), DELETE',
        'SELECT, DELETE',
        '-',
        '-'),
    ('webhook',
        'SELECT',
        'SELECT, INSERT, DELETE',
        '-',
        '-'),
    ('webhook_cursor',
        'SELECT, INSERT, UPDATE (at)',
        '-',
        '-',
        '-'),
    ('webhook_message',
        'SELECT, INSERT, UPDATE (state, attempts, due_at), DELETE',
        'SELECT, DELETE',
        '-',
        '-')
    ) AS decision (name, epix_serve, epix_publish, epix_prune, epix_read));
    -- epix_web: the process of the pages for people. A table that is not here is closed to it.
    pages constant jsonb := (SELECT jsonb_object_agg(name, granted) FROM (VALUES
    ('alembic_version', 'SELECT'),
    ('api_budget', 'SELECT, INSERT, UPDATE (window_began, calls)'),
    ('api_key', 'SELECT, UPDATE (used_on)'),
    ('api_request', 'SELECT, INSERT, UPDATE (status, answer), DELETE'),
    ('attachment', 'SELECT'),
    ('authority', 'SELECT'),
    ('compatibility', 'SELECT, UPDATE (id)'),
    ('configuration_change', 'SELECT, INSERT'),
    ('confirmation', 'SELECT, INSERT'),
    ('confirmed_quantity', 'SELECT, INSERT'),
    ('content', 'SELECT, INSERT'),
    ('customs_look_up', 'SELECT, INSERT, UPDATE (due_at, state, attempts, version, document, attachments, refusal, fetched_at, answered_at, seen), DELETE'),
    ('declaration', 'SELECT, INSERT'),
    ('declaration_use', 'SELECT, INSERT'),
    ('document', 'SELECT, INSERT, DELETE'),
    ('exchange', 'SELECT, INSERT'),
    ('exchange_count', 'SELECT'),
    ('exchange_counted', 'SELECT'),
    ('failed_sign_in', 'SELECT, INSERT, UPDATE (failures), DELETE'),
    ('foreign_reexport', 'SELECT, INSERT'),
    ('former_document', 'SELECT'),
    ('former_seal', 'SELECT'),
    ('integrity_walk', 'SELECT'),
    ('journal_anchor', 'SELECT'),
    ('journal_head', 'SELECT'),
    ('journal_hold', 'SELECT'),
    ('journal_leaf', 'SELECT'),
    ('journal_pruned', 'SELECT'),
    ('journal_release', 'SELECT'),
    ('journal_stamp', 'SELECT'),
    ('key_list', 'SELECT'),
    ('ledger_line', 'SELECT, UPDATE (confirmed_at_export, confirmed_at_import)'),
    ('loss_note', 'SELECT, INSERT, DELETE'),
    ('mail_question', 'SELECT, INSERT, UPDATE (mailed_at, answered_at, answer)'),
    ('mismatch_act', 'SELECT, INSERT, UPDATE (taken_at, refusal)'),
    ('mismatch_partner', 'SELECT'),
    ('mismatch_settlement', 'SELECT, INSERT'),
    ('national_record', 'SELECT (source, number, authority, taken, refused_at)'),
    ('national_source', 'SELECT'),
    ('one_time_code', 'SELECT, INSERT, DELETE'),
    ('outbox', 'SELECT, INSERT, UPDATE (token, state, attempts, due_at, confirmation_id)'),
    ('outbox_event', 'SELECT, INSERT'),
    ('partner_head', 'SELECT'),
    ('partner_last_result', 'SELECT, INSERT, UPDATE (good_at, bad_at, failing_since)'),
    ('partner_probe', 'SELECT'),
    ('partner_result', 'SELECT, INSERT, UPDATE (answered, refused, failed, unreachable, milliseconds, slowest)'),
    ('partner_window', 'SELECT'),
    ('passkey', 'SELECT, INSERT, UPDATE (sign_count), DELETE'),
    ('permit', 'SELECT, UPDATE (status, successor, attachments, revision, changed_at)'),
    ('permit_event', 'SELECT, INSERT'),
    ('permit_record', 'SELECT, INSERT'),
    ('permit_suspension', 'SELECT, INSERT, DELETE'),
    ('person', 'SELECT, INSERT, UPDATE (full_name, disabled_at, password_hash, totp_secret, totp_step, failures, failed_at)'),
    ('person_link', 'SELECT, INSERT, DELETE'),
    ('person_role', 'SELECT, INSERT, DELETE'),
    ('quota_line', 'SELECT'),
    ('reexport_line', 'SELECT'),
    ('reference_fact', 'SELECT'),
    ('reference_import', 'SELECT'),
    ('reference_name', 'SELECT'),
    ('reference_taxon', 'SELECT'),
    ('reversal', 'SELECT, INSERT'),
    ('service_mode', 'SELECT'),
    ('shared_key', 'SELECT, INSERT'),
    ('shared_mismatch', 'SELECT, INSERT, UPDATE (ours, ours_as_of, theirs, theirs_as_of, waits_since, due_at, attempts, outcome)'),
    ('shown_certificate', 'SELECT'),
    ('sign_on_answer', 'SELECT, INSERT, DELETE'),
    ('supporting_document', 'SELECT, INSERT, UPDATE (removed_at, removed_by, removal_reason)'),
    ('taken_message', 'SELECT (kept_until)'),
    ('training_exercise', 'SELECT, INSERT'),
    ('unlinked_subject', 'SELECT, INSERT, DELETE'),
    ('web_session', 'SELECT, INSERT, UPDATE (authority, seen_at), DELETE'),
    ('webhook', 'SELECT'),
    ('webhook_cursor', 'SELECT (id)'),
    ('webhook_message', 'SELECT')
    ) AS page (name, granted));
    undecided text;
    decision jsonb;
    place text;
    role text;
    granted text;
    counter text;
BEGIN
    SELECT string_agg(relname, ', ' ORDER BY relname) INTO undecided FROM pg_class
        WHERE relnamespace = schema::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND relname NOT IN (SELECT value ->> 'name' FROM jsonb_array_elements(decisions));
    IF undecided IS NOT NULL THEN
        RAISE EXCEPTION 'this script, perhaps of another version of the gateway, has no decision for: %', undecided;
    END IF;
    FOR decision IN SELECT value FROM jsonb_array_elements(decisions) LOOP
        place := format('%I.%I', schema, decision ->> 'name');
        CONTINUE WHEN to_regclass(place) IS NULL;
        EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC', place);
        SELECT pg_get_serial_sequence(place, attname) INTO counter FROM pg_attribute
            WHERE attrelid = place::regclass AND attname = 'id';
        FOREACH role IN ARRAY ARRAY['epix_serve', 'epix_publish', 'epix_prune', 'epix_read', 'epix_backup', 'epix_web'] LOOP
            granted := CASE role WHEN 'epix_web' THEN coalesce(pages ->> (decision ->> 'name'), '-')
                ELSE coalesce(decision ->> role, 'SELECT') END;
            EXECUTE format('REVOKE ALL ON TABLE %s FROM %I', place, role);
            IF granted <> '-' THEN
                EXECUTE format('GRANT %s ON TABLE %s TO %I', granted, place, role);
            END IF;
            IF counter IS NOT NULL THEN
                EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %I', counter, role);
                IF granted LIKE '%INSERT%' THEN
                    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', counter, role);
                END IF;
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- 4. Defence in depth, where a privilege on a table is too coarse or was given by mistake: epix_serve and epix_web write
-- final documents and none as issued; only epix_prune deletes from the journal, whoever else was allowed to; nothing is ever truncated.

DO $$
DECLARE
    schema constant name := current_schema();
    found record;
BEGIN
    IF to_regclass(format('%I.exchange', schema)) IS NULL THEN
        RETURN;  -- not migrated yet
    END IF;
    FOR found IN SELECT relname, relrowsecurity FROM pg_class
        WHERE relnamespace = schema::regnamespace AND relname IN ('document', 'loss_note')
    LOOP
        IF NOT found.relrowsecurity THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', found.relname);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS anyone_reads ON %I', found.relname);
        EXECUTE format('DROP POLICY IF EXISTS publish_writes ON %I', found.relname);
        EXECUTE format('DROP POLICY IF EXISTS serve_adds_final ON %I', found.relname);
        EXECUTE format('DROP POLICY IF EXISTS serve_replaces_final ON %I', found.relname);
        EXECUTE format('CREATE POLICY anyone_reads ON %I FOR SELECT USING (true)', found.relname);
        EXECUTE format(
            'CREATE POLICY publish_writes ON %I TO epix_publish USING (true) WITH CHECK (true)', found.relname
        );
        EXECUTE format(
            'CREATE POLICY serve_adds_final ON %I FOR INSERT TO epix_serve, epix_web WITH CHECK (form = %L)', found.relname, 'final'
        );
        EXECUTE format(
            'CREATE POLICY serve_replaces_final ON %I FOR DELETE TO epix_serve, epix_web USING (form = %L)', found.relname, 'final'
        );
    END LOOP;

    CREATE OR REPLACE FUNCTION refuse_to_others_than_prune() RETURNS trigger LANGUAGE plpgsql AS $function$
    BEGIN
        IF TG_OP = 'TRUNCATE' OR current_user <> 'epix_prune' THEN
            RAISE EXCEPTION '% of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $function$;
    EXECUTE format('ALTER FUNCTION refuse_to_others_than_prune() OWNER TO epix_migrate');
    EXECUTE format('ALTER FUNCTION refuse_to_others_than_prune() SET search_path = %I, pg_temp', schema);
    REVOKE ALL ON FUNCTION refuse_to_others_than_prune() FROM PUBLIC;
    FOR found IN SELECT relname FROM pg_class WHERE relnamespace = schema::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON %I.%I EXECUTE FUNCTION refuse_to_others_than_prune()',
            found.relname || '_no_truncate', schema, found.relname
        );
    END LOOP;
    CREATE OR REPLACE TRIGGER exchange_prune_alone BEFORE DELETE ON exchange
        EXECUTE FUNCTION refuse_to_others_than_prune();
    CREATE OR REPLACE TRIGGER content_prune_alone BEFORE DELETE ON content
        EXECUTE FUNCTION refuse_to_others_than_prune();
END $$;

COMMIT;
