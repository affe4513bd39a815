// The times of a hierarchy's links, from the times of the edges.
#pragma once

#include <vector>

#include "engine/road/network.h"

namespace dispatch135::road {

// For every link of network.hierarchy, for one kind of travel. Ways longer than kLongestWayMs are no ways.
std::vector<LinkMs> customize(const Network& network, TravelKind kind);

}  // namespace dispatch135::road
