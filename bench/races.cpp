#include "bench/races.hpp"

#include "base/json_writer.hpp"
#include "bench/timing.hpp"

namespace shopkeeper::bench {

void RaceResults::run(const Race& race, double seconds) {
    const Turns turns = by_turns(2 * seconds, race.slice_seconds, race.run, race.run_floor);
    rates_[race.name].push_back(turns.first);
    rates_[race.floor].push_back(turns.second);
    auto& shares = shares_[race.name];
    shares.insert(shares.end(), turns.shares.begin(), turns.shares.end());
}

void RaceResults::add(std::string_view name, double rate) {
    rates_[std::string(name)].push_back(rate);
}

std::string RaceResults::json() const {
    JsonWriter json;
    json.begin_object();
    for (const auto& [key, numbers] :
         {std::pair("cases", &rates_), std::pair("shares", &shares_)}) {
        json.key(key);
        json.begin_object();
        for (const auto& [name, values] : *numbers) json.field(name, values);
        json.end_object();
    }
    json.end_object();
    return std::move(json).take();
}

}  // namespace shopkeeper::bench
