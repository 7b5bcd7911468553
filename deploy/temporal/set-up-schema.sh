#!/bin/sh
# Makes Temporal's two databases and brings their schemas to the version of this image. Repeating it changes nothing.
set -eu

# The password is taken from SQL_PASSWORD.
sql() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p 5432 -u "$SQL_USER" --db "$database" "$@"
}

for part in temporal visibility; do
  database=temporal
  [ "$part" = visibility ] && database=temporal_visibility
  sql "$database" create
  sql "$database" setup-schema -v 0.0
  sql "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$part/versioned"
done
