#include "net/engine/router.hpp"

namespace shopkeeper::net {

void Router::add(std::string_view method, std::string_view path, Handler handler) {
    const bool below = path.ends_with("/*");
    if (below) path.remove_suffix(1);
    auto& methods = below ? below_[std::string(path)] : exact_[std::string(path)];
    methods.push_back({std::string(method), std::move(handler)});
}

const Router::Handler* Router::find(const Request& request, std::optional<Reply>& refusal) const {
    const Methods* methods = find_path(request.path());
    if (methods == nullptr) {
        refusal = error_reply(404, "not_found", "Nothing is served at this path.");
        return nullptr;
    }
    const Handler* for_get = nullptr;
    for (const Method& method : *methods) {
        if (method.name == "*" || method.name == request.method()) return &method.handler;
        if (method.name == "GET") for_get = &method.handler;
    }
    if (for_get != nullptr && request.method() == "HEAD") return for_get;
    refusal =
        error_reply(405, "invalid_argument", "This path does not take this method; see Allow.");
    refusal->headers.emplace_back("Allow", allowed(*methods));
    return nullptr;
}

const Router::Methods* Router::find_path(std::string_view path) const {
    if (const auto exact = exact_.find(path); exact != exact_.end()) return &exact->second;
    for (const auto& [prefix, methods] : below_) {
        if (path.starts_with(prefix)) return &methods;
    }
    return nullptr;
}

std::string Router::allowed(const Methods& methods) {
    std::string list;
    for (const Method& method : methods) {
        if (!list.empty()) list += ", ";
        list += method.name;
        if (method.name == "GET") list += ", HEAD";
    }
    return list;
}

}  // namespace shopkeeper::net
