-- What Heddle keeps beside it. Nix takes no notice of tables that it does not know.
create table if not exists HeddleReplacements (
    path       text primary key not null check (length(path) > 0),
    incoming   text not null check (length(incoming) > 0 and instr(incoming, '/') = 0),
    hash       text not null,
    time       integer not null,
    deriver    text,
    narSize    integer not null check (narSize > 0),
    ultimate   integer,
    sigs       text,
    ca         text,
    refs       text not null -- space-separated
);
