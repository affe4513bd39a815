// Outlines on the earth, in whole numbers.
#pragma once

#include <span>

#include "engine/geo/point.h"

namespace dispatch135::geo {

// Both corners belong to it.
struct Box {
  Point least;
  Point most;
  constexpr bool contains(Point p) const {
    return p.latitude_e7 >= least.latitude_e7 && p.latitude_e7 <= most.latitude_e7 &&
           p.longitude_e7 >= least.longitude_e7 && p.longitude_e7 <= most.longitude_e7;
  }
};

// Latitude and longitude within the range of Point.
bool in_range(Point p);

// The smallest box around at least one point.
Box box_around(std::span<const Point> points);

// The mean of at least one corner, rounded towards zero.
Point middle_of(std::span<const Point> corners);

// True inside the outline and on its border. Ray casting by the even-odd rule (W. R. Franklin, "PNPOLY"); all points
// must be in_range. The outline is not closed, does not cross itself and does not cross the 180th meridian.
bool contains(std::span<const Point> outline, Point p);

}  // namespace dispatch135::geo
