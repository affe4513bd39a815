// A message of a field unit as the record of dispatch.log that it becomes, checked. Pure.
#pragma once

#include "dispatch135/v1/field_units.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "services/common/refused.h"

namespace dispatch135::dispatchd {

// The sign-on: the region, the unit and the device are checked for form only; whether they exist is for the log to say.
common::Checked<v1::LogRecord> sign_on_record(const v1::UnitMessage& message);

// Any message but a sign-on, of a unit that is signed on. `log_time`: what the broker's clock shows about now.
common::Checked<v1::LogRecord> unit_record(const v1::UnitMessage& message, RegionId region, UnitId unit,
                                           TimeMs log_time);

}  // namespace dispatch135::dispatchd
