-- Every product and sum of what the contracts let in has room. A wider precision of the same scale rewrites no table.
ALTER TABLE "command" ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "hold" ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "hold_decision" ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "exception_item" ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "finding" ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "movement" ALTER COLUMN "quantity" TYPE DECIMAL(38,6), ALTER COLUMN "amount" TYPE DECIMAL(38,6);
ALTER TABLE "slice" ALTER COLUMN "quantity" TYPE DECIMAL(38,6), ALTER COLUMN "amount" TYPE DECIMAL(38,6), ALTER COLUMN "charges" TYPE DECIMAL(38,6), ALTER COLUMN "tax" TYPE DECIMAL(38,6);
ALTER TABLE "subject" ALTER COLUMN "open_value" TYPE DECIMAL(38,6);
