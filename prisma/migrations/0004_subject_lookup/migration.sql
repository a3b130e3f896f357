-- Entries that are not sorted into the index yet are read through at every lookup by subject. Up to 4 MB of them, as is
-- usual, made a busy gate's decision screen ten times slower than its index.
alter index event_subjects set (gin_pending_list_limit = 256);
