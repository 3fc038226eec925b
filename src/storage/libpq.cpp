#include "storage/libpq.hpp"

#include <dlfcn.h>
#include <libpq-fe.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>

#include "storage/errors.hpp"

namespace shopkeeper::storage {

namespace {

constexpr const char* kLibrary = "libpq.so.5";
/// Of PostgreSQL 14: an older library cannot send statements without waiting for each.
constexpr const char* kYoungestFunction = "PQenterPipelineMode";

struct Loaded {
    void* library = nullptr;
    std::string why_not;
};

Loaded load() {
    if (void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL)) {
        if (dlsym(library, kYoungestFunction)) return {library, {}};
        return {nullptr, "it is older than PostgreSQL 14"};
    }
    const char* reason = dlerror();
    return {nullptr, reason ? reason : "unknown reason"};
}

/// Never unloaded: connections of any thread may outlive whoever asked first.
const Loaded& libpq() {
    static const Loaded loaded = load();
    return loaded;
}

/// REQUIRES: load_libpq() has returned. A libpq without a function that every such libpq has is no
/// libpq; nobody could handle it in the middle of a query.
void* function(const char* name) {
    void* found = libpq().library ? dlsym(libpq().library, name) : nullptr;
    if (!found) {
        std::fprintf(stderr, "%s has no %s\n", kLibrary, name);
        std::abort();
    }
    return found;
}

template <class Function>
struct Signature;
template <class R, class... A>
struct Signature<R(A...)> {
    using Result = R;
    template <std::size_t n>
    using Argument = std::tuple_element_t<n, std::tuple<A...>>;
};

}  // namespace

void load_libpq() {
    if (!libpq().library)
        throw Unusable("the PostgreSQL client library cannot be loaded (" + libpq().why_not +
                       "); install Debian's package libpq5");
}

}  // namespace shopkeeper::storage

// FORWARD_n(name) defines libpq-fe.h's function of n arguments as a call of the loaded library's.
// The types come from the header; a function that libpqxx needs and this list lacks does not link.
#define SIGNATURE shopkeeper::storage::Signature
#define ARGUMENT(name, n) SIGNATURE<decltype(::name)>::Argument<n>
#define FORWARD(name, parameters, arguments)                                           \
    SIGNATURE<decltype(::name)>::Result name parameters {                              \
        static const auto loaded =                                                     \
            reinterpret_cast<decltype(&::name)>(shopkeeper::storage::function(#name)); \
        return loaded arguments;                                                       \
    }
#define FORWARD_0(name) FORWARD(name, (), ())
#define FORWARD_1(name) FORWARD(name, (ARGUMENT(name, 0) a), (a))
#define FORWARD_2(name) FORWARD(name, (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b), (a, b))
#define FORWARD_3(name) \
    FORWARD(name, (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b, ARGUMENT(name, 2) c), (a, b, c))
#define FORWARD_4(name)                                                                           \
    FORWARD(name,                                                                                 \
            (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b, ARGUMENT(name, 2) c, ARGUMENT(name, 3) d), \
            (a, b, c, d))
#define FORWARD_5(name)                                                                          \
    FORWARD(name,                                                                                \
            (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b, ARGUMENT(name, 2) c, ARGUMENT(name, 3) d, \
             ARGUMENT(name, 4) e),                                                               \
            (a, b, c, d, e))
#define FORWARD_7(name)                                                                          \
    FORWARD(name,                                                                                \
            (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b, ARGUMENT(name, 2) c, ARGUMENT(name, 3) d, \
             ARGUMENT(name, 4) e, ARGUMENT(name, 5) f, ARGUMENT(name, 6) g),                     \
            (a, b, c, d, e, f, g))
#define FORWARD_8(name)                                                                           \
    FORWARD(name,                                                                                 \
            (ARGUMENT(name, 0) a, ARGUMENT(name, 1) b, ARGUMENT(name, 2) c, ARGUMENT(name, 3) d,  \
             ARGUMENT(name, 4) e, ARGUMENT(name, 5) f, ARGUMENT(name, 6) g, ARGUMENT(name, 7) h), \
            (a, b, c, d, e, f, g, h))

extern "C" {

FORWARD_0(PQisthreadsafe)

FORWARD_1(PQbackendPID)
FORWARD_1(PQclear)
FORWARD_1(PQclientEncoding)
FORWARD_1(PQcmdStatus)
FORWARD_1(PQcmdTuples)
FORWARD_1(PQconnectPoll)
FORWARD_1(PQconnectStart)
FORWARD_1(PQconnectdb)
FORWARD_1(PQconsumeInput)
FORWARD_1(PQdb)
FORWARD_1(PQendcopy)
FORWARD_1(PQenterPipelineMode)
FORWARD_1(PQerrorMessage)
FORWARD_1(PQexitPipelineMode)
FORWARD_1(PQfinish)
FORWARD_1(PQfreeCancel)
FORWARD_1(PQfreemem)
FORWARD_1(PQgetCancel)
FORWARD_1(PQgetResult)
FORWARD_1(PQhost)
FORWARD_1(PQisBusy)
FORWARD_1(PQnfields)
FORWARD_1(PQnotifies)
FORWARD_1(PQntuples)
FORWARD_1(PQoidValue)
FORWARD_1(PQpipelineSync)
FORWARD_1(PQport)
FORWARD_1(PQprotocolVersion)
FORWARD_1(PQreset)
FORWARD_1(PQresultErrorMessage)
FORWARD_1(PQresultStatus)
FORWARD_1(PQsendFlushRequest)
FORWARD_1(PQserverVersion)
FORWARD_1(PQsocket)
FORWARD_1(PQstatus)
FORWARD_1(PQuntrace)
FORWARD_1(PQuser)
FORWARD_1(pg_encoding_to_char)

FORWARD_2(PQencryptPassword)
FORWARD_2(PQexec)
FORWARD_2(PQfname)
FORWARD_2(PQfnumber)
FORWARD_2(PQftable)
FORWARD_2(PQftablecol)
FORWARD_2(PQftype)
FORWARD_2(PQputCopyEnd)
FORWARD_2(PQresultErrorField)
FORWARD_2(PQsendQuery)
FORWARD_2(PQsetClientEncoding)
FORWARD_2(PQsetErrorVerbosity)
FORWARD_2(PQtrace)
FORWARD_2(PQunescapeBytea)

FORWARD_3(PQcancel)
FORWARD_3(PQescapeIdentifier)
FORWARD_3(PQgetCopyData)
FORWARD_3(PQgetisnull)
FORWARD_3(PQgetlength)
FORWARD_3(PQgetvalue)
FORWARD_3(PQputCopyData)
FORWARD_3(PQsetNoticeProcessor)

FORWARD_4(PQescapeByteaConn)

FORWARD_5(PQescapeStringConn)
FORWARD_5(PQprepare)
FORWARD_5(PQsendPrepare)

FORWARD_7(PQexecPrepared)
FORWARD_7(PQsendQueryPrepared)

FORWARD_8(PQexecParams)
FORWARD_8(PQsendQueryParams)

}  // extern "C"
