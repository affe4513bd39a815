#include "services/fieldsim/location.h"

#include "services/common/datum.h"

namespace dispatch135::fieldsim {

v1::Location to_location(geo::Point wgs84, v1::Datum datum) {
  common::Degrees p{wgs84.latitude_e7 / 1e7, wgs84.longitude_e7 / 1e7};
  if (datum == v1::DATUM_GCJ02) p = common::wgs84_to_gcj02(p);
  if (datum == v1::DATUM_BD09) p = common::gcj02_to_bd09(common::wgs84_to_gcj02(p));
  v1::Location location;
  location.set_latitude_deg(p.latitude);
  location.set_longitude_deg(p.longitude);
  location.set_datum(datum);
  return location;
}

}  // namespace dispatch135::fieldsim
