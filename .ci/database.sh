# Sourced by .ci/run: a MySQL or MariaDB server for the tests. provide_database uses the one that answers or starts a
# private one; stop_database stops what was started here and nothing else.

database_pid=

# Succeeds where a server lets root in without a password. Asks through the driver of the project: a client program need
# not be installed.
database_answers() {
  node -e '
    require("mysql2/promise")
      .createConnection({ uri: process.argv[1], connectTimeout: 2000 })
      .then((connection) => connection.query("SELECT VERSION() AS version").finally(() => connection.end()))
      .then(([[{ version }]]) => console.log(`${process.argv[1]} answers: ${version}`))
      .catch(() => { process.exitCode = 1; });
  ' "$1" 2>/dev/null
}

find_mariadbd() {
  # /usr/sbin is not in everybody's PATH.
  PATH="$PATH:/usr/sbin" command -v mariadbd
}

install_mariadb() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mariadb-server
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# start_mariadb FOLDER
start_mariadb() {
  local folder=$1/mariadb server port user=()
  server=$(find_mariadbd) || return 1
  port=$(free_port)
  mkdir "$folder"
  if [ "$(id -u)" -eq 0 ]; then
    # mariadbd refuses to run as root, and its user must be able to enter the scratch folder.
    user=(--user=mysql)
    chmod 711 "$1"
    chown mysql "$folder"
  fi
  mariadb-install-db --no-defaults "${user[@]}" --datadir="$folder/data" --skip-test-db \
    --auth-root-authentication-method=normal >"$1/mariadb-install.log" 2>&1 || { cat "$1/mariadb-install.log"; return 1; }
  # utf8mb4 as in Debian's own configuration. What is here is thrown away, so no write waits for the disk.
  "$server" --no-defaults "${user[@]}" --datadir="$folder/data" --socket="$folder/socket" --pid-file="$folder/pid" \
    --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --max-connections=500 \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci \
    --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite >"$1/mariadb.log" 2>&1 &
  database_pid=$!
  export TEST_MYSQL_URL="mysql://root@127.0.0.1:$port/"
  for _ in $(seq 60); do
    if database_answers "$TEST_MYSQL_URL"; then return 0; fi
    kill -0 "$database_pid" 2>/dev/null || break
    sleep 1
  done
  cat "$1/mariadb.log"
  return 1
}

# provide_database FOLDER
provide_database() {
  if ! node -e 'require.resolve("mysql2")' 2>/dev/null; then
    echo 'mysql2 is not installed, so no server can be asked'
    return 1
  fi
  if database_answers "${TEST_MYSQL_URL:-mysql://root@127.0.0.1:3306/}"; then return 0; fi
  if [ -n "${TEST_MYSQL_URL:-}" ]; then
    echo 'TEST_MYSQL_URL is set, but no server lets us in there'
    return 1
  fi
  find_mariadbd >/dev/null || install_mariadb || return 1
  start_mariadb "$1"
}

stop_database() {
  if [ -z "$database_pid" ]; then return 0; fi
  kill "$database_pid" 2>/dev/null || true
  wait "$database_pid" 2>/dev/null || true
  database_pid=
}
