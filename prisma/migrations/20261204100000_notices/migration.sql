-- What people are told by mail: subscriptions, what was told to whom, and the outbox.
CREATE TABLE "notice_subscription" (
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "team" TEXT NOT NULL DEFAULT '',
    "delivery" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_subscription_pkey" PRIMARY KEY ("user_id","kind","entity","team")
);

CREATE TABLE "notice_episode" (
    "about" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "actor" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_episode_pkey" PRIMARY KEY ("about")
);

CREATE TABLE "notice" (
    "id" BIGSERIAL NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "title" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "delivery" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "mail_id" TEXT,
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "mail" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "connector" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "delivery" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'wanted',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "notice_user_id_kind_about_began_at_key" ON "notice"("user_id", "kind", "about", "began_at");
CREATE INDEX "mail_user_id_created_at_idx" ON "mail"("user_id", "created_at");
CREATE INDEX "notice_waiting" ON "notice"("due_at") WHERE "mail_id" IS NULL AND "dropped_at" IS NULL;
CREATE INDEX "mail_open" ON "mail"("due_at") WHERE "state" IN ('wanted', 'sending');
ALTER TABLE "mail" ADD CONSTRAINT "mail_state" CHECK ("state" IN ('wanted', 'sending', 'sent', 'dead'));

ALTER TABLE "notice_subscription" ADD CONSTRAINT "notice_subscription_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notice" ADD CONSTRAINT "notice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "mail" ADD CONSTRAINT "mail_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
