-- Sessions that MCP clients have ended, until their ids are too old to be used: every process on this
-- database refuses them. The name is the random part of the id; nobody can make an id of it.

CREATE TABLE ended_session (
    id {{identity}},
    name TEXT NOT NULL UNIQUE CHECK (length(name) <= 64),
    ended_ms BIGINT NOT NULL
);
