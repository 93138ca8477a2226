-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "command" (
    "id" BIGSERIAL NOT NULL,
    "natural_key" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "capability" TEXT NOT NULL,
    "connector" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "amount" DECIMAL(24,6),
    "currency" TEXT,
    "due_since" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lookups" INTEGER NOT NULL DEFAULT 0,
    "attempts_base" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "lease_owner" TEXT,
    "first_sent_at" TIMESTAMPTZ(3),
    "last_sent_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),
    "verify_due_at" TIMESTAMPTZ(3),
    "reference" TEXT,
    "result" JSONB,
    "rejection_code" TEXT,
    "rejection_message" TEXT,
    "correlation_id" TEXT NOT NULL,
    "serial_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL,
    "command_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "connector" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "code" TEXT,
    "message" TEXT,
    "http_status" INTEGER,
    "request" JSONB,
    "response" JSONB,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connector" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "settings_version" INTEGER NOT NULL DEFAULT 1,
    "secrets" BYTEA,
    "state" TEXT NOT NULL DEFAULT 'active',
    "paused_reason" TEXT,
    "paused_by" TEXT,
    "paused_kinds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "concurrency" INTEGER NOT NULL DEFAULT 8,
    "per_minute" INTEGER NOT NULL DEFAULT 600,
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connector_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connector_settings_version" (
    "connector" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connector_settings_version_pkey" PRIMARY KEY ("connector","version")
);

-- CreateTable
CREATE TABLE "breaker" (
    "connector" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'closed',
    "failures" INTEGER NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3),
    "probe_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "breaker_pkey" PRIMARY KEY ("connector")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "entity" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,
    "author" TEXT NOT NULL,
    "confirmed_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("entity","version")
);

-- CreateTable
CREATE TABLE "hold" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "blocks" TEXT[],
    "state" TEXT NOT NULL DEFAULT 'active',
    "amount" DECIMAL(24,6) NOT NULL,
    "currency" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "released_by" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "prepared_by" TEXT,
    "owner" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,
    "close_reason" TEXT,
    "policy_version" INTEGER,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hold_decision" (
    "id" TEXT NOT NULL,
    "hold_id" BIGINT NOT NULL,
    "verdict" TEXT NOT NULL,
    "consequence" TEXT,
    "reason" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "amount" DECIMAL(24,6),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hold_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exception_item" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT,
    "message_id" BIGINT,
    "connector" TEXT,
    "entity" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "stops" TEXT[],
    "amount" DECIMAL(24,6) NOT NULL DEFAULT 0,
    "currency" TEXT,
    "message" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "resolution" TEXT,
    "resolved_by" TEXT,
    "resolution_reference" TEXT,

    CONSTRAINT "exception_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exception_group" (
    "fingerprint" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "key" JSONB NOT NULL,
    "team" TEXT NOT NULL,
    "assignee" TEXT,
    "state" TEXT NOT NULL DEFAULT 'new',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "snoozed_until" TIMESTAMPTZ(3),
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "solved" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "exception_group_pkey" PRIMARY KEY ("fingerprint")
);

-- CreateTable
CREATE TABLE "note" (
    "id" BIGSERIAL NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "subject_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "amount" DECIMAL(24,6),
    "currency" TEXT,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("subject_id","code","message")
);

-- CreateTable
CREATE TABLE "wait" (
    "subject_id" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "message" TEXT NOT NULL,

    CONSTRAINT "wait_pkey" PRIMARY KEY ("subject_id","slot","message")
);

-- CreateTable
CREATE TABLE "fix_attempt" (
    "id" TEXT NOT NULL,
    "fingerprint" TEXT,
    "verb" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "natural_keys" TEXT[],
    "subject_ids" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "fix_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "plan_no" INTEGER NOT NULL DEFAULT 0,
    "planned_at" TIMESTAMPTZ(3),
    "policy_version" INTEGER,
    "plan_failures" INTEGER NOT NULL DEFAULT 0,
    "plan_digests" JSONB,
    "sentence" TEXT,
    "number" TEXT,
    "customer" TEXT,
    "customer_name" TEXT,
    "channel" TEXT,
    "currency" TEXT,
    "stage" TEXT,
    "stage_since" TIMESTAMPTZ(3),
    "stage_due_at" TIMESTAMPTZ(3),
    "placed_at" TIMESTAMPTZ(3),
    "tracks" JSONB,
    "facets" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "amounts" JSONB,
    "open_value" DECIMAL(21,6) NOT NULL DEFAULT 0,
    "complete" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject_identifier" (
    "subject_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "normal" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subject_identifier_pkey" PRIMARY KEY ("subject_id","kind","value")
);

-- CreateTable
CREATE TABLE "fact" (
    "subject_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "grp" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "shape" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "event_id" TEXT,
    "data" JSONB NOT NULL,

    CONSTRAINT "fact_pkey" PRIMARY KEY ("subject_id","source","document","grp","version")
);

-- CreateTable
CREATE TABLE "reference_row" (
    "entity" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "publisher" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reference_row_pkey" PRIMARY KEY ("entity","topic","key","publisher")
);

-- CreateTable
CREATE TABLE "dependency" (
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,

    CONSTRAINT "dependency_pkey" PRIMARY KEY ("subject_id","topic","key")
);

-- CreateTable
CREATE TABLE "wake" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "wake_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "publisher" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "milestone" (
    "subject_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slot" TEXT NOT NULL DEFAULT '',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "document" TEXT,

    CONSTRAINT "milestone_pkey" PRIMARY KEY ("subject_id","name","slot")
);

-- CreateTable
CREATE TABLE "movement" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "term" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "quantity" DECIMAL(24,6) NOT NULL,
    "amount" DECIMAL(24,6) NOT NULL,
    "currency" TEXT NOT NULL,
    "effective_on" DATE NOT NULL,
    "period" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "movement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slice" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "bucket" TEXT,
    "quantity" DECIMAL(24,6) NOT NULL,
    "amount" DECIMAL(24,6) NOT NULL,
    "charges" DECIMAL(24,6) NOT NULL,
    "tax" DECIMAL(24,6) NOT NULL,
    "currency" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "document" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_to" TIMESTAMPTZ(3),

    CONSTRAINT "slice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_message" (
    "id" BIGSERIAL NOT NULL,
    "connector" TEXT NOT NULL,
    "source_message_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'received',
    "error_code" TEXT,
    "error_message" TEXT,
    "error_at" TEXT,
    "deaths" INTEGER NOT NULL DEFAULT 0,
    "claimed_until" TIMESTAMPTZ(3),
    "normalized_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbound_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_identity" (
    "connector" TEXT NOT NULL,
    "source_message_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "message_id" BIGINT NOT NULL,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_identity_pkey" PRIMARY KEY ("connector","source_message_id")
);

-- CreateTable
CREATE TABLE "canonical_event" (
    "id" TEXT NOT NULL,
    "message_id" BIGINT,
    "type" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "data" JSONB NOT NULL,

    CONSTRAINT "canonical_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feed_cursor" (
    "connector" TEXT NOT NULL,
    "feed" TEXT NOT NULL,
    "cursor" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "last_success_at" TIMESTAMPTZ(3),

    CONSTRAINT "feed_cursor_pkey" PRIMARY KEY ("connector","feed")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3),
    "failed_sign_ins" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_grant" (
    "id" BIGSERIAL NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "hold_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "approve_up_to" DECIMAL(24,6),
    "currency" TEXT,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "lead" TEXT,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_member" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" TEXT NOT NULL,
    "reason" TEXT,
    "detail" JSONB NOT NULL,
    "sealed_no" BIGINT,
    "hash" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "scopes" TEXT[],
    "secret_hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_level" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "channel" TEXT,
    "target_minutes" INTEGER NOT NULL,
    "clock" TEXT NOT NULL DEFAULT 'wall',
    "warn_at" DECIMAL(4,3) NOT NULL DEFAULT 0.75,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_level_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entity" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "zone" TEXT NOT NULL,

    CONSTRAINT "entity_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "installation" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "command_natural_key_key" ON "command"("natural_key");

-- CreateIndex
CREATE INDEX "command_subject_id_idx" ON "command"("subject_id");

-- CreateIndex
CREATE INDEX "attempt_command_id_number_idx" ON "attempt"("command_id", "number");

-- CreateIndex
CREATE INDEX "attempt_connector_started_at_idx" ON "attempt"("connector", "started_at");

-- CreateIndex
CREATE INDEX "hold_subject_id_idx" ON "hold"("subject_id");

-- CreateIndex
CREATE INDEX "hold_decision_hold_id_idx" ON "hold_decision"("hold_id");

-- CreateIndex
CREATE INDEX "exception_item_fingerprint_idx" ON "exception_item"("fingerprint");

-- CreateIndex
CREATE INDEX "exception_item_subject_id_idx" ON "exception_item"("subject_id");

-- CreateIndex
CREATE INDEX "note_about_kind_about_id_idx" ON "note"("about_kind", "about_id");

-- CreateIndex
CREATE INDEX "fix_attempt_fingerprint_idx" ON "fix_attempt"("fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "subject_entity_kind_key_key" ON "subject"("entity", "kind", "key");

-- CreateIndex
CREATE INDEX "subject_identifier_normal_idx" ON "subject_identifier"("normal");

-- CreateIndex
CREATE INDEX "wake_subject_id_idx" ON "wake"("subject_id");

-- CreateIndex
CREATE INDEX "wake_due_at_idx" ON "wake"("due_at");

-- CreateIndex
CREATE INDEX "dependency_entity_topic_key_idx" ON "dependency"("entity", "topic", "key");

-- CreateIndex
CREATE INDEX "milestone_name_occurred_at_idx" ON "milestone"("name", "occurred_at");

-- CreateIndex
CREATE INDEX "movement_subject_id_line_term_document_idx" ON "movement"("subject_id", "line", "term", "document");

-- CreateIndex
CREATE INDEX "movement_entity_effective_on_term_idx" ON "movement"("entity", "effective_on", "term");

-- CreateIndex
CREATE INDEX "slice_subject_id_valid_from_idx" ON "slice"("subject_id", "valid_from");

-- CreateIndex
CREATE INDEX "inbound_message_correlation_id_idx" ON "inbound_message"("correlation_id");

-- CreateIndex
CREATE INDEX "canonical_event_subject_id_recorded_at_idx" ON "canonical_event"("subject_id", "recorded_at");

-- CreateIndex
CREATE INDEX "canonical_event_correlation_id_idx" ON "canonical_event"("correlation_id");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "audit_entry_about_kind_about_id_idx" ON "audit_entry"("about_kind", "about_id");

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema language cannot say: partial indexes over what is open, checks, defaults in the database.

-- One active hold for each (subject, rule, slot); one open exception for each (subject or message, fingerprint).
CREATE UNIQUE INDEX "hold_active_key" ON "hold" ("subject_id", "rule", "slot") WHERE "closed_at" IS NULL;
CREATE INDEX "hold_open_idx" ON "hold" ("entity", "rule", "opened_at") WHERE "state" = 'active';
CREATE UNIQUE INDEX "exception_item_open_key" ON "exception_item" (coalesce("subject_id", ''), coalesce("message_id", 0), "fingerprint") WHERE "state" = 'open';
CREATE INDEX "exception_item_open_idx" ON "exception_item" ("fingerprint", "first_seen_at") WHERE "state" = 'open';

-- The claim: what is due in a lane of a connector. And what may be stuck.
CREATE INDEX "command_due_idx" ON "command" ("connector", "lane", "due_at") WHERE "state" = 'wanted';
CREATE INDEX "command_sending_idx" ON "command" ("connector", "lease_until") WHERE "state" = 'sending';
CREATE INDEX "command_unknown_idx" ON "command" ("connector", "due_at") WHERE "state" = 'unknown';
CREATE INDEX "command_unverified_idx" ON "command" ("connector", "verify_due_at") WHERE "state" = 'confirmed' AND "verified_at" IS NULL AND "verify_due_at" IS NOT NULL;
-- One request at a time for each key by which its connector orders its calls, however many workers claim.
CREATE UNIQUE INDEX "command_serial_key" ON "command" ("connector", "serial_key") WHERE "state" = 'sending' AND "serial_key" IS NOT NULL;
ALTER TABLE "command" ADD CONSTRAINT "command_state_check" CHECK ("state" IN ('wanted', 'sending', 'unknown', 'confirmed', 'rejected', 'withdrawn'));
ALTER TABLE "command" ADD CONSTRAINT "command_lease_check" CHECK ("state" <> 'sending' OR "lease_until" IS NOT NULL);

-- Work that waits: nudges may be lost, these are read.
CREATE INDEX "subject_open_idx" ON "subject" ("entity", "kind", "stage", "stage_since") WHERE NOT "complete";
CREATE INDEX "subject_list_idx" ON "subject" ("entity", "kind", "placed_at" DESC, "id");
CREATE INDEX "inbound_message_waiting_idx" ON "inbound_message" ("id") WHERE "state" = 'received';

-- Open slices: one for each (subject, key), the rest is history.
CREATE UNIQUE INDEX "slice_open_key" ON "slice" ("subject_id", "key") WHERE "valid_to" IS NULL;
CREATE INDEX "slice_open_stage_idx" ON "slice" ("entity", "stage", "since") WHERE "valid_to" IS NULL;
CREATE INDEX "subject_identifier_search_idx" ON "subject_identifier" ("normal" text_pattern_ops);
CREATE INDEX "audit_entry_unsealed_idx" ON "audit_entry" ("id") WHERE "sealed_no" IS NULL;
CREATE INDEX "attempt_recent_idx" ON "attempt" ("started_at");

-- Rows that are written many times over: room in the page lets an update that no index sees stay there.
ALTER TABLE "subject" SET (fillfactor = 60);
ALTER TABLE "command" SET (fillfactor = 60);
-- Queues: rows come and go, and dead ones in front of the live ones cost every look.
ALTER TABLE "wake" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
ALTER TABLE "outbox" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
