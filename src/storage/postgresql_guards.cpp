#include "storage/postgresql_guards.hpp"

namespace shopkeeper::storage::postgresql {

std::string append_only_guard(std::string_view table) {
    const std::string name(table);
    return "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
           "$body$\n"
           "BEGIN\n"
           "    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = "
           "'check_violation';\n"
           "END\n"
           "$body$;\n"
           "CREATE TRIGGER " +
           name + "_refuses_change BEFORE UPDATE OR DELETE ON " + name +
           " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
           "CREATE TRIGGER " +
           name + "_refuses_truncate BEFORE TRUNCATE ON " + name +
           " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n";
}

std::string maintainable_guard(std::string_view table) {
    const std::string name(table);
    return "CREATE OR REPLACE FUNCTION refuse_change_but_maintenance() RETURNS trigger "
           "LANGUAGE plpgsql AS $body$\n"
           "BEGIN\n"
           "    IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM maintenance WHERE guarded = "
           "CAST(TG_TABLE_NAME AS TEXT)) THEN\n"
           "        RETURN NEW;\n"
           "    END IF;\n"
           "    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = "
           "'check_violation';\n"
           "END\n"
           "$body$;\n"
           "DROP TRIGGER " +
           name + "_refuses_change ON " + name + ";\nCREATE TRIGGER " + name +
           "_refuses_change BEFORE UPDATE OR DELETE ON " + name +
           " FOR EACH ROW EXECUTE FUNCTION refuse_change_but_maintenance();\n";
}

}  // namespace shopkeeper::storage::postgresql
