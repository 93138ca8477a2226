-- Sessions that began before, and confirmations of what was proposed before, end with the password that they stand on.
ALTER TABLE "app_user" ADD COLUMN "password_set_at" TIMESTAMPTZ(3);
