-- A person of a single sign-on is known by the provider's own name for it, not by an address.
alter table app_user add column sso_subject text;
create unique index app_user_sso_subject_key on app_user (sso_subject);
-- Roles that came from groups follow the groups; what an administrator gave stays.
alter table role_grant add column by_group boolean not null default false;
update role_grant g set by_group = true where g.hold_codes = '{}' and exists (select 1 from app_user u where u.id = g.user_id and u.password_hash is null);
