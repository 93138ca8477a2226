-- Milestones of an order that a connector's broker was told.
CREATE TABLE "order_told" (
    "connector" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "milestones" TEXT[],

    CONSTRAINT "order_told_pkey" PRIMARY KEY ("connector", "subject_id")
);
