const { Migration } = require("@medusajs/framework/mikro-orm/migrations");

class Migration20261127000000_LedgerlineOutbox extends Migration {
  async up() {
    this.addSql(`create table if not exists "ledgerline_outbox" ("id" bigserial primary key, "order_id" text not null, "happened" text not null, "attempts" integer not null default 0, "due_at" timestamptz not null default now());`);
    this.addSql(`create index if not exists "ledgerline_outbox_due_at" on "ledgerline_outbox" ("due_at");`);
  }

  async down() {
    this.addSql(`drop table if exists "ledgerline_outbox";`);
  }
}
module.exports = { Migration20261127000000_LedgerlineOutbox };
