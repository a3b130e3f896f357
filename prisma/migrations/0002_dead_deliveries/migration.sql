-- What could not be delivered is counted at every scrape of /metrics; without an index that would read every delivery there ever was.
create index delivery_dead on delivery (id) where status = 'dead';
