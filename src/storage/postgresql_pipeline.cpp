#include "storage/postgresql_pipeline.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <string_view>

#include "storage/errors.hpp"

namespace shopkeeper::storage::postgresql {
namespace {

/// How the text that the server sends is to be read.
enum class Reading { boolean, integer, numeric, real, text };

Reading reading_of(Oid type) {
    switch (type) {
        case 16:
            return Reading::boolean;
        case 20:  // int8
        case 21:  // int2
        case 23:  // int4
            return Reading::integer;
        case 1700:
            return Reading::numeric;
        case 700:  // float4
        case 701:  // float8
            return Reading::real;
        default:
            return Reading::text;
    }
}

template <class Number>
Number parse(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw Error("the server sent a number that cannot be held: " + std::string(text));
    return number;
}

void add_cell(Rows& rows, Reading reading, std::string_view text) {
    switch (reading) {
        case Reading::boolean:
            rows.add(std::int64_t{text == "t"});
            break;
        case Reading::integer:
            rows.add(parse<std::int64_t>(text));
            break;
        case Reading::numeric:  // the sum of whole numbers is one, as in SQLite
            if (text.find_first_of(".eN") == std::string_view::npos) {
                rows.add(parse<std::int64_t>(text));
                break;
            }
            [[fallthrough]];
        case Reading::real:
            rows.add(parse<double>(text));
            break;
        case Reading::text:
            rows.add(text);
            break;
    }
}

/// An exchange under way: what was sent, and how far the answers have come.
class Exchange {
public:
    Exchange(PGconn* connection, std::vector<Sending>& batch)
        : connection_(connection), batch_(batch) {}

    std::optional<Failure> run() {
        if (!send()) return lost(0);
        for (std::size_t at = 0; at < batch_.size(); ++at) {
            if (is_prepared_at_[at] && !hear_prepared(at)) return lost(at);
            if (!hear(at)) return lost(at);
        }
        const Reply end(PQgetResult(connection_));
        if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) {
            // The transaction that began behind a COMMIT ends here, and may fail here.
            note(batch_.size(), end.get());
            return lost(batch_.size());
        }
        if (PQexitPipelineMode(connection_) == 0) return lost(batch_.size());
        return failure_;
    }

private:
    bool send() {
        if (PQenterPipelineMode(connection_) == 0) return false;
        std::vector<Statement*> prepared;
        for (Sending& sending : batch_) {
            Statement& statement = *sending.statement;
            const bool is_to_be_kept = !statement.name.empty();
            is_prepared_at_.push_back(is_to_be_kept && !statement.is_known);
            if (is_prepared_at_.back()) {
                if (PQsendPrepare(connection_, statement.name.c_str(), statement.sql.c_str(), 0,
                                  nullptr) == 0)
                    return false;
                statement.is_known = true;  // for a second use in this batch
            }
            const auto& values = sending.parameters.pointers();
            const int count = static_cast<int>(values.size());
            const int is_sent =
                is_to_be_kept ? PQsendQueryPrepared(connection_, statement.name.c_str(), count,
                                                    values.data(), nullptr, nullptr, 0)
                              : PQsendQueryParams(connection_, statement.sql.c_str(), count,
                                                  nullptr, values.data(), nullptr, nullptr, 0);
            if (is_sent == 0) return false;
            if (sending.when_done && PQsendFlushRequest(connection_) == 0) return false;
        }
        return PQpipelineSync(connection_) != 0;
    }

    bool hear_prepared(std::size_t at) {
        const std::optional<Reply> reply = next(at);
        if (!reply) return false;
        if (PQresultStatus(reply->get()) != PGRES_COMMAND_OK)
            batch_[at].statement->is_known = false;
        return true;
    }

    bool hear(std::size_t at) {
        std::optional<Reply> reply = next(at);
        if (!reply) return false;
        const ExecStatusType status = PQresultStatus(reply->get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return true;
        *batch_[at].reply = std::move(*reply);
        if (batch_[at].when_done) batch_[at].when_done();
        return true;
    }

    /// The answer to one message, after which libpq says null. Nullopt: the connection is lost.
    std::optional<Reply> next(std::size_t at) {
        Reply reply(PQgetResult(connection_));
        if (!reply) return std::nullopt;
        if (PQresultStatus(reply.get()) == PGRES_FATAL_ERROR) note(at, reply.get());
        if (PQstatus(connection_) == CONNECTION_BAD) return std::nullopt;
        if (Reply(PQgetResult(connection_)) != nullptr) return std::nullopt;
        return reply;
    }

    /// Keeps what the server said first: what comes behind an error was not run.
    void note(std::size_t at, const PGresult* refusal) {
        if (failure_ || refusal == nullptr) return;
        const char* state = PQresultErrorField(refusal, PG_DIAG_SQLSTATE);
        failure_ = Failure{at, state == nullptr ? "" : state, PQresultErrorMessage(refusal)};
    }

    std::optional<Failure> lost(std::size_t at) {
        if (!failure_) failure_ = Failure{at, "", PQerrorMessage(connection_)};
        failure_->is_lost = true;
        return failure_;
    }

    PGconn* const connection_;
    std::vector<Sending>& batch_;
    std::vector<bool> is_prepared_at_;
    std::optional<Failure> failure_;
};

}  // namespace

void ClearReply::operator()(pg_result* reply) const {
    PQclear(reply);
}

Rows rows_of(const pg_result& reply) {
    const int columns = PQnfields(&reply);
    Rows rows(static_cast<std::size_t>(columns));
    std::vector<Reading> readings;
    for (int column = 0; column < columns; ++column)
        readings.push_back(reading_of(PQftype(&reply, column)));
    const int count = PQntuples(&reply);
    for (int row = 0; row < count; ++row) {
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(&reply, row, column) != 0) {
                rows.add_null();
                continue;
            }
            const auto size = static_cast<std::size_t>(PQgetlength(&reply, row, column));
            add_cell(rows, readings[static_cast<std::size_t>(column)],
                     {PQgetvalue(&reply, row, column), size});
        }
    }
    return rows;
}

std::int64_t touched_by(const pg_result& reply) {
    // libpq takes it for writing but only reads.
    const std::string_view count = PQcmdTuples(const_cast<pg_result*>(&reply));
    return count.empty() ? 0 : parse<std::int64_t>(count);
}

std::optional<Failure> exchange(pg_conn* connection, std::vector<Sending>& batch) {
    return Exchange(connection, batch).run();
}

}  // namespace shopkeeper::storage::postgresql
