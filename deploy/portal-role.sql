-- The database role of a portal apart from the registry: it reads the public store
-- and can do nothing else. Run it in the portal's database, as the role that owns its
-- tables, which must be allowed to make roles (or let an administrator run the first
-- statement):
--
--     psql --set ON_ERROR_STOP=1 -d gongshi_portal -f deploy/portal-role.sql
--
-- then give it a password: \password gongshi_portal_reader

CREATE ROLE gongshi_portal_reader LOGIN
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION CONNECTION LIMIT 200;

-- Belt and braces: it could not write anyway.
ALTER ROLE gongshi_portal_reader SET default_transaction_read_only = on;
ALTER ROLE gongshi_portal_reader SET statement_timeout = '30s';
ALTER ROLE gongshi_portal_reader SET idle_in_transaction_session_timeout = '60s';

REVOKE ALL ON SCHEMA public FROM gongshi_portal_reader;
GRANT USAGE ON SCHEMA public TO gongshi_portal_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO gongshi_portal_reader;

-- Tables that a rebuild or an upgrade makes later, as long as their owner runs this.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT ON TABLES TO gongshi_portal_reader;
