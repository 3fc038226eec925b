#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::bench {

/// Works for about so many seconds and returns its rate, in runs a second.
using Slice = std::function<double(double seconds)>;

/// A work and what it is measured by, which take turns in slices of so many seconds.
struct Race {
    std::string name;
    std::string floor;
    Slice run;
    Slice run_floor;
    double slice_seconds;
};

/// What the rounds of several races came to.
class RaceResults {
public:
    /// One more round of a race, over about twice so many seconds.
    void run(const Race& race, double seconds);
    /// One more round of something that has no floor.
    void add(std::string_view name, double rate);

    /// {cases: {name: [runs a second, one a round]}, shares: {name: [rate by the rate of the floor,
    /// one a pair of slices]}}.
    std::string json() const;

private:
    using Numbers = std::map<std::string, std::vector<double>, std::less<>>;
    Numbers rates_;
    Numbers shares_;
};

}  // namespace shopkeeper::bench
