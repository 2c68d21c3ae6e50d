-- What is due of one workflow is found without a look at that of any other, which nobody may know any more. An
-- append does not change it: a run's version is the same in all rows of one version's.
drop index run_due;
create index run_due on run (workflow, version, due) where due is not null;
