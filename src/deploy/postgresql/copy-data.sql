-- Writes all that a Service Tokens database holds to standard output, as SQL for another database whose tables a
-- server of the same release has made, on any PostgreSQL from 15 on. Needs psql of any version and nothing else:
--
--   psql -XAtq -v ON_ERROR_STOP=1 -f copy-data.sql SOURCE >data.sql
--   psql -X -1 -q -v ON_ERROR_STOP=1 -f data.sql TARGET
--
-- The second replaces what TARGET holds, all of it or nothing, and must be run as the owner of its tables. It
-- refuses one of another release, and one in which tokens other than those of a first start have been made.
\encoding UTF8
SET datestyle = 'ISO';
SET bytea_output = 'hex';
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT 'SET client_encoding = ''UTF8''; SET datestyle = ''ISO'';';

-- Every table in the order of its foreign keys, so that no row comes before the one that it refers to.
-- A temporary view would be a write; psql keeps the text instead. Nodes are left out: they have gone.
SELECT $query$
  WITH RECURSIVE ours AS (
    SELECT oid
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind = 'r'
      AND relname <> 'flyway_schema_history'
  ), depth AS (
    SELECT oid, 0 AS steps
    FROM ours
    UNION
    SELECT conrelid, steps + 1
    FROM depth
    JOIN pg_constraint ON confrelid = depth.oid
    WHERE contype = 'f'
      AND conrelid <> confrelid
      AND steps < 100
  )
  SELECT relname,
         max(steps) AS steps,
         (
           SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
           FROM pg_attribute
           WHERE attrelid = depth.oid
             AND attnum > 0
             AND NOT attisdropped
             AND attgenerated = ''
         ) AS columns
  FROM depth
  JOIN pg_class USING (oid)
  GROUP BY depth.oid, relname
$query$ AS tables \gset

SELECT format($check$
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'flyway_schema_history') THEN
    RAISE EXCEPTION 'There are no tables of Service Tokens here: start the server once with this database';
  END IF;
  IF (SELECT string_agg(version || ' ' || checksum, ', ' ORDER BY version) FROM flyway_schema_history WHERE success)
    IS DISTINCT FROM %L THEN
    RAISE EXCEPTION 'The tables here are of another release: make them with the release that wrote this data';
  END IF;
  IF EXISTS (SELECT FROM node) THEN
    RAISE EXCEPTION 'A server runs with this database: stop it. If it was killed, start it and stop it once more';
  END IF;
  IF EXISTS (SELECT FROM audit_event WHERE action NOT IN ('bootstrap.create', 'authentication.failed')) THEN
    RAISE EXCEPTION 'This database is in use: make another one, and start the server once with it';
  END IF;
END;
$$;
$check$, (
  SELECT string_agg(version || ' ' || checksum, ', ' ORDER BY version)
  FROM flyway_schema_history
  WHERE success
));

-- The audit tables refuse to be changed, whoever asks; only their owner can put that aside, until the commit.
SELECT format('ALTER TABLE %I DISABLE TRIGGER USER;', relname) FROM (:tables) AS t ORDER BY relname;
SELECT format('TRUNCATE %s;', string_agg(quote_ident(relname), ', ' ORDER BY relname)) FROM (:tables) AS t;

-- Three columns and so three commands for each table; the first and the last only write their own words.
SELECT format($$SELECT 'COPY %I (%s) FROM stdin;'$$, relname, columns),
       format('COPY %I (%s) TO STDOUT', relname, columns),
       $$SELECT '\.'$$
FROM (:tables) AS t
WHERE relname <> 'node'
ORDER BY steps, relname \gexec

-- What numbers itself goes on behind the last number.
SELECT format(
         'DO $$ BEGIN PERFORM setval(pg_get_serial_sequence(%L, %L), coalesce((SELECT max(%I) FROM %I), 0) + 1, false); END; $$;',
         table_name, column_name, column_name, table_name
       )
FROM information_schema.columns
WHERE table_schema = current_schema()
  AND is_identity = 'YES'
ORDER BY table_name;
SELECT format('ALTER TABLE %I ENABLE TRIGGER USER;', relname) FROM (:tables) AS t ORDER BY relname;
COMMIT;
