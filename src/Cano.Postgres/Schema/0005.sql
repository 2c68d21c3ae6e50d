-- Whoever hears of an inbox finds its run by the key, among however many there are. An append does not change it.
create unique index run_by_key on run (run_key);
