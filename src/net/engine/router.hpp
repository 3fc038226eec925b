#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/http_server.hpp"

namespace shopkeeper::net {

/// Which handler answers a request. Immutable once requests come.
class Router {
public:
    using Handler = HttpServer::Handler;

    /// See HttpServer::route.
    void add(std::string_view method, std::string_view path, Handler handler);

    /// The handler; null: `refusal` is to be sent instead.
    const Handler* find(const Request& request, std::optional<Reply>& refusal) const;

private:
    struct Method {
        std::string name;
        Handler handler;
    };
    using Methods = std::vector<Method>;

    /// Finds text keys of a map without making a string.
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Paths = std::unordered_map<std::string, Methods, TextHash, std::equal_to<>>;

    const Methods* find_path(std::string_view path) const;
    static std::string allowed(const Methods& methods);

    Paths exact_;
    Paths below_;
};

}  // namespace shopkeeper::net
