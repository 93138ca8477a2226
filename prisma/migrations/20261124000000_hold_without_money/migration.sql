-- A hold on something that moves no money has no currency.
alter table hold alter column currency drop not null;
