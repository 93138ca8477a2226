-- CreateTable
CREATE TABLE "message_edit" (
    "id" TEXT NOT NULL,
    "message_id" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "sensitive" BOOLEAN NOT NULL,
    "changes" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_reason" TEXT,

    CONSTRAINT "message_edit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "message_edit_message_id_idx" ON "message_edit"("message_id");
