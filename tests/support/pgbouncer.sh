#!/usr/bin/env bash
# usage: pgbouncer.sh postgresql://user:password@host:port/database
# A PgBouncer in transaction mode before that server, on a free loopback port, under an unprivileged user.
# Prints the URL that leads through it; another database of the server in its place does too. When its input
# ends, which also happens when the test that started it dies, everything is removed.
# Exit code 77: there is no PgBouncer here, or it does not start; the reason is on stderr.
set -euo pipefail

readonly SKIPPED=77
readonly START_ATTEMPTS=5

give_up() { printf 'pgbouncer: %s\n' "$*" >&2; exit "$SKIPPED"; }

[[ ${1:-} =~ ^postgresql://([^:]+):([^@]+)@([^:]+):([0-9]+)/(.*)$ ]] || { echo "no URL of a server" >&2; exit 2; }
readonly user=${BASH_REMATCH[1]} password=${BASH_REMATCH[2]} database=${BASH_REMATCH[5]}
readonly server_host=${BASH_REMATCH[3]} server_port=${BASH_REMATCH[4]}

# Debian keeps it in a folder that only root's search path has.
pgbouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || give_up "PgBouncer is not installed"

folder=$(mktemp -d "${TMPDIR:-/tmp}/shopkeeper-pgbouncer.XXXXXX")
pooler=
clean_up() {
    # SIGTERM is at once; whoever is connected is cut off.
    [ -z "$pooler" ] || { kill -TERM "$pooler" 2>/dev/null || true; wait "$pooler" 2>/dev/null || true; }
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 0' INT TERM HUP

# It refuses to run as root.
as_pooler=()
if [ "$(id -u)" = 0 ]; then
    as_pooler=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
fi
printf '"%s" "%s"\n' "$user" "$password" >"$folder/users"

# start PORT: true once it takes connections.
start() {
    # Each transaction goes to the connection that has rested longest: what a client leaves behind on one
    # connection is not there in its next transaction.
    cat >"$folder/config" <<CONF
[databases]
* = host=$server_host port=$server_port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $1
unix_socket_dir =
auth_type = plain
auth_file = $folder/users
pool_mode = transaction
server_round_robin = 1
default_pool_size = 4
CONF
    [ ${#as_pooler[@]} -eq 0 ] || chown -R nobody "$folder"
    # A group of its own: Ctrl-C at the terminal is for the test, the pooler ends with it in order.
    "${as_pooler[@]}" setsid "$pgbouncer" "$folder/config" >>"$folder/log" 2>&1 </dev/null &
    pooler=$!
    local try
    for try in $(seq 100); do
        kill -0 "$pooler" 2>/dev/null || { pooler=; return 1; }
        grep -q "process up" "$folder/log" && return 0
        sleep 0.05
    done
    return 1
}

port=
for attempt in $(seq "$START_ATTEMPTS"); do
    candidate=$((20000 + RANDOM % 12000))  # below the range from which the kernel takes client ports
    if start "$candidate"; then port=$candidate; break; fi
done
[ -n "$port" ] || { tail -20 "$folder/log" >&2; give_up "it does not start"; }

echo "postgresql://$user:$password@127.0.0.1:$port/$database"
while read -r word; do
    echo "unknown word $word" >&2
    exit 2
done
