#!/usr/bin/env bash
# A PostgreSQL server for tests, in a folder of its own under an unprivileged user. Prints its URL
# (database "postgres"), then obeys one word a line, each answered with "done":
#   stop   an orderly end (clients are cut off)    kill   a crash    start   again after either
# It is as quick as it can be, and its tables are never looked at for statistics: tests are short. With
# the argument "lasting" they are, as PostgreSQL does by default: for runs in which tables grow. With
# "durable" it also lies on the disk and keeps what it has committed.
# When its input ends, which also happens when the test that started it dies, everything is removed.
# Exit code 77: there is no PostgreSQL here, or it does not start; the reason is on stderr.
set -euo pipefail

readonly SKIPPED=77
readonly START_ATTEMPTS=5

give_up() { printf 'postgres_cluster: %s\n' "$*" >&2; exit "$SKIPPED"; }

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] || give_up "no PostgreSQL server is installed"

# The server refuses to run as root.
as_server=()
durable= lasting=
sync=(--no-sync)
case ${1:-} in
    lasting) lasting=yes ;;
    durable) lasting=yes durable=yes sync=() ;;
esac
# In memory where there is room: each test makes a database of its own, some 10 MB.
where=${TMPDIR:-/tmp}
free_kb=$(df --output=avail /dev/shm 2>/dev/null | tail -1 || echo 0)
if [ -z "$durable" ] && [ -w /dev/shm ] && [ "${free_kb:-0}" -gt $((1024 * 1024)) ]; then where=/dev/shm; fi
folder=$(mktemp -d "$where/shopkeeper-postgres.XXXXXX")
data=$folder/data
server=
if [ "$(id -u)" = 0 ]; then
    as_server=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
    chown nobody "$folder"
fi

# is_in STATES PROCESS: true if it is there and in one of these states (see proc(5)).
is_in() { grep -qs "^State:[[:space:]]*[$1]" "/proc/$2/status"; }

# end SIGNAL: SIGINT cuts clients off and writes everything down, SIGKILL is a crash, which takes the
# server's children along and waits for them: while one holds its memory no other server starts.
end() {
    [ -n "$server" ] || return 0
    local children=() child
    if [ "$1" = KILL ]; then
        # Stopped first, it can neither start another child nor clean up after one.
        kill -STOP "$server" 2>/dev/null || true
        while is_in RSD "$server"; do sleep 0.01; done
        mapfile -t children < <(pgrep -P "$server")
        [ ${#children[@]} -eq 0 ] || kill -KILL "${children[@]}" 2>/dev/null || true
    fi
    kill "-$1" "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    for child in ${children[@]+"${children[@]}"}; do
        while is_in RSDTt "$child"; do sleep 0.01; done
    done
    server=
}
clean_up() {
    end QUIT
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 0' INT TERM HUP

readonly password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" >"$folder/password"
chmod 644 "$folder/password"
"${as_server[@]}" "$bin/initdb" --pgdata="$data" --username=tester --pwfile="$folder/password" \
    --auth=password --encoding=UTF8 --locale=C.UTF-8 --no-instructions ${sync[@]+"${sync[@]}"} \
    >"$folder/log" 2>&1 </dev/null || { cat "$folder/log" >&2; give_up "initdb fails"; }

cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 128MB
lc_messages = 'C'
CONF
if [ -n "$durable" ]; then
    # Recovery begins with one sync of the file system instead of one of each of a thousand files.
    echo "recovery_init_sync_method = 'syncfs'" >>"$data/postgresql.conf"
else
    # What is lost in a power cut may be lost here.
    cat >>"$data/postgresql.conf" <<CONF
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
checkpoint_timeout = 1h
CONF
fi
[ -n "$lasting" ] || echo 'autovacuum = off' >>"$data/postgresql.conf"

# start PORT: true once connections are accepted.
start() {
    # A group of its own: Ctrl-C at the terminal is for the test, the server ends with it in order.
    "${as_server[@]}" setsid "$bin/postgres" -D "$data" -p "$1" >>"$folder/log" 2>&1 </dev/null &
    server=$!
    local try
    for try in $(seq 200); do
        kill -0 "$server" 2>/dev/null || { server=; return 1; }
        "$bin/pg_isready" -q -h 127.0.0.1 -p "$1" && return 0
        sleep 0.05
    done
    return 1
}

port=
for attempt in $(seq "$START_ATTEMPTS"); do
    candidate=$((20000 + RANDOM % 12000))  # below the range from which the kernel takes client ports
    if start "$candidate"; then port=$candidate; break; fi
    end KILL
done
[ -n "$port" ] || { tail -20 "$folder/log" >&2; give_up "the server does not start"; }

echo "postgresql://tester:$password@127.0.0.1:$port/postgres"
while read -r word; do
    case $word in
        stop) end INT ;;
        kill) end KILL ;;
        start) start "$port" || { tail -20 "$folder/log" >&2; exit 1; } ;;
        *) echo "unknown word $word" >&2; exit 2 ;;
    esac
    echo done
done
