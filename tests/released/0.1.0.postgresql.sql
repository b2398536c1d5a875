

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA dbos;

CREATE FUNCTION dbos.enqueue_workflow(workflow_name text, queue_name text, positional_args json[] DEFAULT ARRAY[]::json[], named_args json DEFAULT '{}'::json, class_name text DEFAULT NULL::text, config_name text DEFAULT NULL::text, workflow_id text DEFAULT NULL::text, app_version text DEFAULT NULL::text, timeout_ms bigint DEFAULT NULL::bigint, deadline_epoch_ms bigint DEFAULT NULL::bigint, deduplication_id text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, queue_partition_key text DEFAULT NULL::text, authenticated_user text DEFAULT NULL::text, authenticated_roles text DEFAULT NULL::text, delay_until_epoch_ms bigint DEFAULT NULL::bigint, application_name text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$$$
DECLARE
    v_workflow_id TEXT;
    v_serialized_inputs TEXT;
    v_owner_xid TEXT;
    v_now BIGINT;
    v_recovery_attempts INT4 := 0;
    v_priority INT4;
    v_status TEXT;
BEGIN

    -- Validate required parameters
    IF workflow_name IS NULL OR workflow_name = '' THEN
        RAISE EXCEPTION 'Workflow name cannot be null or empty';
    END IF;
    IF queue_name IS NULL OR queue_name = '' THEN
        RAISE EXCEPTION 'Queue name cannot be null or empty';
    END IF;
    IF named_args IS NOT NULL AND jsonb_typeof(named_args::jsonb) != 'object' THEN
        RAISE EXCEPTION 'Named args must be a JSON object';
    END IF;
    IF workflow_id IS NOT NULL AND workflow_id = '' THEN
        RAISE EXCEPTION 'Workflow ID cannot be an empty string if provided.';
    END IF;
    IF delay_until_epoch_ms IS NOT NULL AND delay_until_epoch_ms < 0 THEN
        RAISE EXCEPTION 'delay_until_epoch_ms must be >= 0';
    END IF;

    v_workflow_id := COALESCE(workflow_id, gen_random_uuid()::TEXT);
    v_owner_xid := gen_random_uuid()::TEXT;
    v_priority := COALESCE(priority, 0);
    v_serialized_inputs := json_build_object(
        'positionalArgs', positional_args,
        'namedArgs', named_args
    )::TEXT;
    v_now := EXTRACT(epoch FROM now()) * 1000;
    v_status := CASE WHEN delay_until_epoch_ms IS NULL THEN 'ENQUEUED' ELSE 'DELAYED' END;

    INSERT INTO "dbos".workflow_status (
        workflow_uuid, status,
        name, class_name, config_name,
        queue_name, deduplication_id, priority, queue_partition_key,
        application_version,
        created_at, updated_at, recovery_attempts,
        workflow_timeout_ms, workflow_deadline_epoch_ms,
        parent_workflow_id, owner_xid, serialization,
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    ) VALUES (
        v_workflow_id, v_status,
        workflow_name, class_name, config_name,
        queue_name, deduplication_id, v_priority, queue_partition_key,
        app_version,
        v_now, v_now, v_recovery_attempts,
        timeout_ms, deadline_epoch_ms,
        NULL, v_owner_xid, 'portable_json',
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    )
    ON CONFLICT (workflow_uuid)
    DO UPDATE SET
        updated_at = EXCLUDED.updated_at;

    INSERT INTO "dbos".workflow_input (
        workflow_uuid, inputs, retention_timestamp
    ) VALUES (
        v_workflow_id, v_serialized_inputs, v_now
    )
    ON CONFLICT (workflow_uuid) DO NOTHING;

    RETURN v_workflow_id;

EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION 'DBOS queue duplicated'
            USING DETAIL = format('Workflow %s with queue %s and deduplication ID %s already exists', v_workflow_id, queue_name, deduplication_id),
                ERRCODE = 'unique_violation';
END;
$$$$;

CREATE FUNCTION dbos.notifications_function() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$$$
DECLARE
    payload text := NEW.destination_uuid || '::' || NEW.topic;
BEGIN
    PERFORM pg_notify('dbos_notifications_channel', payload);
    RETURN NEW;
END;
$$$$;

CREATE FUNCTION dbos.send_message(destination_id text, message json, topic text DEFAULT NULL::text, message_id text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$$$
DECLARE
    v_topic TEXT := COALESCE(topic, '__null__topic__');
    v_message_id TEXT := COALESCE(message_id, gen_random_uuid()::TEXT);
BEGIN
    INSERT INTO "dbos".notifications (
        destination_uuid, topic, message, message_uuid, serialization
    ) VALUES (
        destination_id, v_topic, message, v_message_id, 'portable_json'
    )
    ON CONFLICT (message_uuid) DO NOTHING;
EXCEPTION
    WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'DBOS non-existent workflow'
            USING DETAIL = format('Destination workflow %s does not exist', destination_id),
                ERRCODE = 'foreign_key_violation';
END;
$$$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE dbos.application_versions (
    version_id text NOT NULL,
    version_name text NOT NULL,
    version_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text
);

CREATE TABLE dbos.dbos_migrations (
    version bigint NOT NULL
);

CREATE TABLE dbos.event_dispatch_kv (
    service_name text NOT NULL,
    workflow_fn_name text NOT NULL,
    key text NOT NULL,
    value text,
    update_seq numeric(38,0),
    update_time numeric(38,15)
);

CREATE TABLE dbos.notifications (
    message_uuid text DEFAULT gen_random_uuid() NOT NULL,
    destination_uuid text NOT NULL,
    topic text,
    message text NOT NULL,
    created_at_epoch_ms bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    serialization text,
    consumed boolean DEFAULT false NOT NULL,
    consumed_by_function_id integer
);

CREATE TABLE dbos.operation_outputs (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    function_name text DEFAULT ''::text NOT NULL,
    output text,
    error text,
    child_workflow_id text,
    started_at_epoch_ms bigint,
    completed_at_epoch_ms bigint,
    serialization text,
    application_name text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);

CREATE TABLE dbos.queues (
    queue_id text DEFAULT (gen_random_uuid())::text NOT NULL,
    name text NOT NULL,
    concurrency integer,
    worker_concurrency integer,
    rate_limit_max integer,
    rate_limit_period_sec double precision,
    priority_enabled boolean DEFAULT false NOT NULL,
    partition_queue boolean DEFAULT false NOT NULL,
    polling_interval_sec double precision DEFAULT 1.0 NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text,
    partition_concurrency integer,
    partition_worker_concurrency integer,
    partition_rate_limit_max integer,
    partition_rate_limit_period_sec double precision
);

CREATE TABLE dbos.streams (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    "offset" integer NOT NULL,
    function_id integer DEFAULT 0 NOT NULL,
    serialization text
);

CREATE TABLE dbos.workflow_events (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);

CREATE TABLE dbos.workflow_events_history (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);

CREATE TABLE dbos.workflow_input (
    workflow_uuid text NOT NULL,
    inputs text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);

CREATE TABLE dbos.workflow_output (
    workflow_uuid text NOT NULL,
    output text,
    error text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);

CREATE TABLE dbos.workflow_schedules (
    schedule_id text NOT NULL,
    schedule_name text NOT NULL,
    workflow_name text NOT NULL,
    workflow_class_name text,
    schedule text NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    context text NOT NULL,
    last_fired_at text,
    automatic_backfill boolean DEFAULT false NOT NULL,
    cron_timezone text,
    queue_name text,
    application_name text
);

CREATE TABLE dbos.workflow_status (
    workflow_uuid text NOT NULL,
    status text,
    name text,
    authenticated_user text,
    assumed_role text,
    authenticated_roles text,
    request text,
    output text,
    error text,
    executor_id text,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_version text,
    application_id text,
    class_name character varying(255) DEFAULT NULL::character varying,
    config_name character varying(255) DEFAULT NULL::character varying,
    recovery_attempts bigint DEFAULT 0,
    queue_name text,
    workflow_timeout_ms bigint,
    workflow_deadline_epoch_ms bigint,
    inputs text,
    started_at_epoch_ms bigint,
    deduplication_id text,
    priority integer DEFAULT 0 NOT NULL,
    queue_partition_key text,
    forked_from text,
    owner_xid text,
    parent_workflow_id text,
    serialization text,
    delay_until_epoch_ms bigint,
    was_forked_from boolean DEFAULT false NOT NULL,
    rate_limited boolean DEFAULT false NOT NULL,
    completed_at bigint,
    attributes jsonb,
    schedule_name text,
    debounce_deadline_epoch_ms bigint,
    is_debounced boolean DEFAULT false NOT NULL,
    application_name text,
    creator_xid text
);

CREATE TABLE public.arrivals (
    id bigint NOT NULL,
    asked_at double precision NOT NULL,
    wish json
);

CREATE TABLE public.notes (
    name character varying(64) NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.pictures (
    video_id bigint NOT NULL,
    media_type character varying(16) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE public.videos (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    guild_id bigint,
    channel_id bigint NOT NULL,
    access character varying(16) NOT NULL,
    application_id bigint NOT NULL,
    token text NOT NULL,
    prompt text NOT NULL,
    prompt_expansion boolean NOT NULL,
    model text NOT NULL,
    asked_at double precision NOT NULL,
    accepted_at double precision NOT NULL,
    first_frame character varying(32),
    card_id bigint,
    thread_id bigint,
    queued_at double precision,
    begun_at double precision,
    intent_at double precision,
    prediction_id text,
    submitted_at double precision,
    deadline_at double precision,
    outcome json,
    settled_at double precision,
    delivering_at double precision,
    delivered_at double precision
);

INSERT INTO dbos.application_versions VALUES ('d78e2d55-b2f0-49d1-bd01-20a7f5541fbd', '1', 1795549196667, 1795549196667, 'firstframe');

INSERT INTO dbos.dbos_migrations VALUES (125);

INSERT INTO dbos.operation_outputs VALUES ('1574872219346010113', 1, 'submit', 'gAROLg==', NULL, NULL, 1795549198213, 1795549198247, 'py_pickle', 'firstframe', 1795549198248);
INSERT INTO dbos.operation_outputs VALUES ('1574872219346010113', 2, 'announce', 'gAROLg==', NULL, NULL, 1795549198260, 1795549198277, 'py_pickle', 'firstframe', 1795549198279);
INSERT INTO dbos.operation_outputs VALUES ('1574872219346010113', 3, 'wait', 'gASVXAAAAAAAAAB9lCiMBGtpbmSUjAVSZWFkeZSMBWxpbmtzlIw7aHR0cDovLzEyNy4wLjAuMTozOTg5OS80ZjBiMTU3ZmU3YmQ0MjM1YmRhMWQwZDk4YzBiM2ViYi5tcDSUhZR1Lg==', NULL, NULL, 1795549198288, 1795549198453, 'py_pickle', 'firstframe', 1795549198455);
INSERT INTO dbos.operation_outputs VALUES ('1574872219346010113', 4, 'settle', 'gAROLg==', NULL, NULL, 1795549198463, 1795549198471, 'py_pickle', 'firstframe', 1795549198472);
INSERT INTO dbos.operation_outputs VALUES ('1574872219346010113', 5, 'deliver', 'gAROLg==', NULL, NULL, 1795549198478, 1795549198493, 'py_pickle', 'firstframe', 1795549198496);
INSERT INTO dbos.operation_outputs VALUES ('1574872226434383872', 1, 'submit', 'gAROLg==', NULL, NULL, 1795549198724, 1795549198739, 'py_pickle', 'firstframe', 1795549198740);
INSERT INTO dbos.operation_outputs VALUES ('1574872226434383872', 2, 'announce', 'gAROLg==', NULL, NULL, 1795549198743, 1795549198751, 'py_pickle', 'firstframe', 1795549198752);
INSERT INTO dbos.operation_outputs VALUES ('1574872226434383872', 3, 'wait', 'gASVFQAAAAAAAAB9lIwEa2luZJSMB0ZsYWdnZWSUcy4=', NULL, NULL, 1795549198754, 1795549198976, 'py_pickle', 'firstframe', 1795549198977);
INSERT INTO dbos.operation_outputs VALUES ('1574872226434383872', 4, 'settle', 'gAROLg==', NULL, NULL, 1795549198981, 1795549198987, 'py_pickle', 'firstframe', 1795549198988);
INSERT INTO dbos.operation_outputs VALUES ('1574872226434383872', 5, 'deliver', 'gAROLg==', NULL, NULL, 1795549198990, 1795549199003, 'py_pickle', 'firstframe', 1795549199004);
INSERT INTO dbos.operation_outputs VALUES ('1574872228573478912', 1, 'submit', 'gASVFQAAAAAAAAB9lIwEa2luZJSMB1Vua25vd26Ucy4=', NULL, NULL, 1795549199228, 1795549199243, 'py_pickle', 'firstframe', 1795549199244);
INSERT INTO dbos.operation_outputs VALUES ('1574872228573478912', 2, 'settle', 'gAROLg==', NULL, NULL, 1795549199248, 1795549199255, 'py_pickle', 'firstframe', 1795549199257);
INSERT INTO dbos.operation_outputs VALUES ('1574872228573478912', 3, 'deliver', 'gAROLg==', NULL, NULL, 1795549199259, 1795549199275, 'py_pickle', 'firstframe', 1795549199276);
INSERT INTO dbos.operation_outputs VALUES ('1574872229714329600', 1, 'submit', 'gAROLg==', NULL, NULL, 1795549199766, 1795549199780, 'py_pickle', 'firstframe', 1795549199781);
INSERT INTO dbos.operation_outputs VALUES ('1574872229714329600', 2, 'announce', 'gAROLg==', NULL, NULL, 1795549199783, 1795549199792, 'py_pickle', 'firstframe', 1795549199793);

INSERT INTO dbos.queues VALUES ('641632fa-89b7-4646-bfeb-cac88d87a39c', 'videos', 1, NULL, NULL, NULL, true, true, 0.5, 1795549196703, 1795549196685, 'firstframe', 1, NULL, NULL, NULL);

INSERT INTO dbos.workflow_input VALUES ('1574872219346010113', 'gASVIwAAAAAAAAB9lCiMBGFyZ3OUiggBAMCA8BHbFYWUjAZrd2FyZ3OUfZR1Lg==', 1795549196842);
INSERT INTO dbos.workflow_input VALUES ('1574872226434383872', 'gASVIwAAAAAAAAB9lCiMBGFyZ3OUiggAAEAn8hHbFYWUjAZrd2FyZ3OUfZR1Lg==', 1795549198526);
INSERT INTO dbos.workflow_input VALUES ('1574872228573478912', 'gASVIwAAAAAAAAB9lCiMBGFyZ3OUiggAAMCm8hHbFYWUjAZrd2FyZ3OUfZR1Lg==', 1795549199026);
INSERT INTO dbos.workflow_input VALUES ('1574872229714329600', 'gASVIwAAAAAAAAB9lCiMBGFyZ3OUiggAAMDq8hHbFYWUjAZrd2FyZ3OUfZR1Lg==', 1795549199291);
INSERT INTO dbos.workflow_input VALUES ('1574872231941505024', 'gASVIwAAAAAAAAB9lCiMBGFyZ3OUiggAAIBv8xHbFYWUjAZrd2FyZ3OUfZR1Lg==', 1795549199840);

INSERT INTO dbos.workflow_output VALUES ('1574872219346010113', 'gAROLg==', NULL, 1795549198503);
INSERT INTO dbos.workflow_output VALUES ('1574872226434383872', 'gAROLg==', NULL, 1795549199016);
INSERT INTO dbos.workflow_output VALUES ('1574872228573478912', 'gAROLg==', NULL, 1795549199280);

INSERT INTO dbos.workflow_status VALUES ('1574872219346010113', 'SUCCESS', 'make_video', NULL, NULL, NULL, NULL, NULL, NULL, 'test-c002a0e3', 1795549196842, 1795549198503, '1', '', NULL, NULL, 1, 'videos', NULL, NULL, NULL, 1795549198200, NULL, 0, '$member', NULL, NULL, NULL, 'py_pickle', NULL, false, false, 1795549198503, 'null', NULL, NULL, false, 'firstframe', '64d43e96-29fc-481f-b911-8ca50ac356bb');
INSERT INTO dbos.workflow_status VALUES ('1574872226434383872', 'SUCCESS', 'make_video', NULL, NULL, NULL, NULL, NULL, NULL, 'test-c002a0e3', 1795549198526, 1795549199016, '1', '', NULL, NULL, 1, 'videos', NULL, NULL, NULL, 1795549198708, NULL, 0, '$member', NULL, NULL, NULL, 'py_pickle', NULL, false, false, 1795549199016, 'null', NULL, NULL, false, 'firstframe', '5f7a1962-1ea3-4ff7-b403-9c2b8b31c8d8');
INSERT INTO dbos.workflow_status VALUES ('1574872228573478912', 'SUCCESS', 'make_video', NULL, NULL, NULL, NULL, NULL, NULL, 'test-c002a0e3', 1795549199026, 1795549199280, '1', '', NULL, NULL, 1, 'videos', NULL, NULL, NULL, 1795549199217, NULL, 0, '$member', NULL, NULL, NULL, 'py_pickle', NULL, false, false, 1795549199280, 'null', NULL, NULL, false, 'firstframe', '0419197d-4498-4553-a03d-7f3c86cbd44b');
INSERT INTO dbos.workflow_status VALUES ('1574872229714329600', 'PENDING', 'make_video', NULL, NULL, NULL, NULL, NULL, NULL, 'test-c002a0e3', 1795549199291, 1795549199753, '1', '', NULL, NULL, 1, 'videos', NULL, NULL, NULL, 1795549199753, NULL, 0, '$member', NULL, '8127ea05-ce46-47fa-81c8-251f569a18b1', NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'firstframe', '66fc4d76-ca93-4127-8c21-1a692615fe4a');
INSERT INTO dbos.workflow_status VALUES ('1574872231941505024', 'ENQUEUED', 'make_video', NULL, NULL, NULL, NULL, NULL, NULL, 'test-c002a0e3', 1795549199840, 1795549199840, '1', '', NULL, NULL, 0, 'videos', NULL, NULL, NULL, NULL, NULL, 0, '$member', NULL, NULL, NULL, 'py_pickle', NULL, false, false, NULL, 'null', NULL, NULL, false, 'firstframe', '3c6053de-4d19-4655-81dd-70e758b1db60');

INSERT INTO public.arrivals VALUES (1574872219346010113, 1795549196.8041527, NULL);
INSERT INTO public.arrivals VALUES (1574872226434383872, 1795549198.4944227, NULL);
INSERT INTO public.arrivals VALUES (1574872228573478912, 1795549199.00482, NULL);
INSERT INTO public.arrivals VALUES (1574872229714329600, 1795549199.2762396, NULL);
INSERT INTO public.arrivals VALUES (1574872231941505024, 1795549199.808184, NULL);

INSERT INTO public.notes VALUES ('commands_hash', 'a4f65c5b5551e7a766cc706d1f8d22ed96276cdb80868b0a86055d96fd27f719');

INSERT INTO public.pictures VALUES (1574872231941505024, 'image/png', 640, 400, '\x89504e470d0a1a0a0000000d4948445200000280000001900802000000b19146720000062b49444154789cedd5310100200cc03040f9a4e3821e240afa75af990500bc75ea0000f891010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c180002060c000103068080010340c080012060c0001030600008183000040c18000217fb780420c2f434000000000049454e44ae426082');

INSERT INTO public.videos VALUES (1574872229714329600, $member, $guild, $channel, 'thread', $application, 'simcord_interaction_1574872229714329600', 'a boat at Atlas', false, 'minimax/video-01', 1795549199.2762396, 1795549199.280554, NULL, 1574872229735301120, 1574872229735301120, 1795549199.2928476, 1795549199.7690876, 1795549199.774814, '$prediction', 1795549199.778594, 1796149199.778594, NULL, NULL, NULL, NULL);
INSERT INTO public.videos VALUES (1574872219346010113, $member, $guild, $channel, 'thread', $application, 'simcord_interaction_1574872219346010113', 'a ready boat', false, 'minimax/video-01', 1795549196.8041527, 1795549196.8098183, NULL, 1574872219371175936, 1574872219371175936, 1795549196.8475356, 1795549198.2171428, 1795549198.2240794, '4f0b157fe7bd4235bda1d0d98c0b3ebb', 1795549198.233559, 1796149198.233559, '{"kind": "Ready", "links": ["http://127.0.0.1:39899/4f0b157fe7bd4235bda1d0d98c0b3ebb.mp4"]}', 1795549198.4683356, 1795549198.484558, 1795549198.4889028);
INSERT INTO public.videos VALUES (1574872231941505024, $member, $guild, $channel, 'thread', $application, 'simcord_interaction_1574872231941505024', 'a boat in line', false, 'minimax/video-01', 1795549199.808184, 1795549199.8223436, 'first-frame.png', 1574872231958282240, 1574872231958282240, 1795549199.8414783, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.videos VALUES (1574872226434383872, $member, $guild, $channel, 'thread', $application, 'simcord_interaction_1574872226434383872', 'a flagged boat #flagged', false, 'minimax/video-01', 1795549198.4944227, 1795549198.5034845, NULL, 1574872226463744000, 1574872226463744000, 1795549198.5306962, 1795549198.7283518, 1795549198.7336934, '2a6cc896afa3454aa9dc7ba98a8bff44', 1795549198.7371817, 1796149198.7371817, '{"kind": "Flagged"}', 1795549198.9847271, 1795549198.995853, 1795549198.999753);
INSERT INTO public.videos VALUES (1574872228573478912, $member, $guild, $channel, 'thread', $application, 'simcord_interaction_1574872228573478912', 'a lost boat', false, 'minimax/video-01', 1795549199.00482, 1795549199.0117, NULL, 1574872228607033344, 1574872228607033344, 1795549199.0313416, 1795549199.2316191, 1795549199.2383277, NULL, NULL, NULL, '{"kind": "Unknown"}', 1795549199.2521932, 1795549199.2682383, 1795549199.271731);

ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_pkey PRIMARY KEY (version_id);

ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_version_name_key UNIQUE (version_name);

ALTER TABLE ONLY dbos.dbos_migrations
    ADD CONSTRAINT dbos_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY dbos.event_dispatch_kv
    ADD CONSTRAINT event_dispatch_kv_pkey PRIMARY KEY (service_name, workflow_fn_name, key);

ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (message_uuid);

ALTER TABLE ONLY dbos.operation_outputs
    ADD CONSTRAINT operation_outputs_pkey PRIMARY KEY (workflow_uuid, function_id);

ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_name_key UNIQUE (name);

ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (queue_id);

ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (workflow_uuid, key, "offset");

ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_pkey PRIMARY KEY (workflow_uuid, function_id, key);

ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_pkey PRIMARY KEY (workflow_uuid, key);

ALTER TABLE ONLY dbos.workflow_input
    ADD CONSTRAINT workflow_input_pkey PRIMARY KEY (workflow_uuid);

ALTER TABLE ONLY dbos.workflow_output
    ADD CONSTRAINT workflow_output_pkey PRIMARY KEY (workflow_uuid);

ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_pkey PRIMARY KEY (schedule_id);

ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_schedule_name_key UNIQUE (schedule_name);

ALTER TABLE ONLY dbos.workflow_status
    ADD CONSTRAINT workflow_status_pkey PRIMARY KEY (workflow_uuid);

ALTER TABLE ONLY public.arrivals
    ADD CONSTRAINT arrivals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.pictures
    ADD CONSTRAINT pictures_pkey PRIMARY KEY (video_id);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_pkey PRIMARY KEY (id);

CREATE INDEX idx_application_versions_owner_timestamp ON dbos.application_versions USING btree (application_name, version_timestamp DESC);

CREATE INDEX idx_application_versions_timestamp ON dbos.application_versions USING btree (version_timestamp DESC);

CREATE INDEX idx_operation_outputs_completed_at_function_name_v2 ON dbos.operation_outputs USING btree (completed_at_epoch_ms, function_name) INCLUDE (application_name);

CREATE INDEX idx_operation_outputs_retention ON dbos.operation_outputs USING btree (retention_timestamp);

CREATE INDEX idx_workflow_input_retention ON dbos.workflow_input USING btree (retention_timestamp);

CREATE INDEX idx_workflow_output_retention ON dbos.workflow_output USING btree (retention_timestamp);

CREATE INDEX idx_workflow_status_attributes ON dbos.workflow_status USING gin (attributes) WHERE (attributes IS NOT NULL);

CREATE INDEX idx_workflow_status_completed_at ON dbos.workflow_status USING btree (completed_at) WHERE (completed_at IS NOT NULL);

CREATE INDEX idx_workflow_status_deadline ON dbos.workflow_status USING btree (workflow_deadline_epoch_ms) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text, 'DELAYED'::text])) AND (workflow_deadline_epoch_ms IS NOT NULL));

CREATE INDEX idx_workflow_status_delayed ON dbos.workflow_status USING btree (delay_until_epoch_ms) WHERE (status = 'DELAYED'::text);

CREATE INDEX idx_workflow_status_failed ON dbos.workflow_status USING btree (status, created_at) WHERE (status = ANY (ARRAY['ERROR'::text, 'CANCELLED'::text, 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'::text]));

CREATE INDEX idx_workflow_status_forked_from ON dbos.workflow_status USING btree (forked_from) WHERE (forked_from IS NOT NULL);

CREATE INDEX idx_workflow_status_in_flight_v2 ON dbos.workflow_status USING btree (queue_name, status, priority, created_at) INCLUDE (application_name) WHERE (status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text]));

CREATE INDEX idx_workflow_status_parent_workflow_id ON dbos.workflow_status USING btree (parent_workflow_id) WHERE (parent_workflow_id IS NOT NULL);

CREATE INDEX idx_workflow_status_partition_dequeue_v3 ON dbos.workflow_status USING btree (queue_name, status, queue_partition_key, priority, created_at, workflow_uuid) INCLUDE (application_name) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text])) AND (queue_partition_key IS NOT NULL));

CREATE INDEX idx_workflow_status_pending ON dbos.workflow_status USING btree (created_at) WHERE (status = 'PENDING'::text);

CREATE INDEX idx_workflow_status_rate_limited ON dbos.workflow_status USING btree (queue_name, started_at_epoch_ms) WHERE (rate_limited = true);

CREATE INDEX idx_workflow_status_schedule_name ON dbos.workflow_status USING btree (schedule_name) WHERE (schedule_name IS NOT NULL);

CREATE INDEX idx_workflow_status_started_at ON dbos.workflow_status USING btree (started_at_epoch_ms) WHERE (started_at_epoch_ms IS NOT NULL);

CREATE INDEX idx_workflow_topic ON dbos.notifications USING btree (destination_uuid, topic);

CREATE UNIQUE INDEX uq_application_versions_owner_version ON dbos.application_versions USING btree (application_name, version_name) WHERE (application_name IS NOT NULL);

CREATE UNIQUE INDEX uq_application_versions_unclaimed_version ON dbos.application_versions USING btree (version_name) WHERE (application_name IS NULL);

CREATE UNIQUE INDEX uq_workflow_status_dedup_id ON dbos.workflow_status USING btree (queue_name, deduplication_id) WHERE (deduplication_id IS NOT NULL);

CREATE INDEX workflow_status_created_at_index ON dbos.workflow_status USING btree (created_at);

CREATE INDEX ix_videos_accepted_at ON public.videos USING btree (accepted_at);

CREATE INDEX ix_videos_settled_at ON public.videos USING btree (settled_at);

CREATE TRIGGER dbos_notifications_trigger AFTER INSERT ON dbos.notifications FOR EACH ROW EXECUTE FUNCTION dbos.notifications_function();

ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_destination_uuid_fkey FOREIGN KEY (destination_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.pictures
    ADD CONSTRAINT pictures_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id);

