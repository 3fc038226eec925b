-- Programs that signed a member of staff in through the login page, and what they may do since.

-- A program that registered itself (RFC 7591). Nothing is known of it but what it says; rows that led to
-- nothing are forgotten.
CREATE TABLE oauth_client (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    redirect_uris TEXT NOT NULL CHECK (length(redirect_uris) BETWEEN 1 AND 20000),
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL
);

-- One consent of a member of staff to one program, through its whole life: the authorization code, the one
-- refresh token that is good now, the end. Codes and tokens stand here as digests. The client is no
-- reference: programs with a metadata document of their own have no row.
CREATE TABLE oauth_grant (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    user_id BIGINT NOT NULL REFERENCES staff_user (id),
    token_version BIGINT NOT NULL,
    client_id TEXT NOT NULL CHECK (length(client_id) BETWEEN 1 AND 2000),
    client_name TEXT NOT NULL CHECK (length(client_name) BETWEEN 1 AND 100),
    redirect_uri TEXT NOT NULL CHECK (length(redirect_uri) BETWEEN 1 AND 2000),
    challenge TEXT NOT NULL CHECK (length(challenge) = 43),
    scopes TEXT NOT NULL CHECK (length(scopes) <= 500),
    code_hash TEXT NOT NULL UNIQUE CHECK (length(code_hash) = 64),
    code_expires_ms BIGINT NOT NULL,
    refresh_hash TEXT CHECK (length(refresh_hash) = 64),
    refresh_expires_ms BIGINT,
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    CHECK ((refresh_hash IS NULL) = (refresh_expires_ms IS NULL))
);
CREATE INDEX oauth_grant_user ON oauth_grant (user_id);

-- Who a member of staff is to another authorization server: its tokens with this subject are theirs.
CREATE TABLE staff_identity (
    id {{identity}},
    issuer TEXT NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    user_id BIGINT NOT NULL REFERENCES staff_user (id),
    created_ms BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
