#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_SHARED_ATTRIBUTES_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_SHARED_ATTRIBUTES_H_

#include <string>

#include "nlohmann/json.hpp"
#include "service/virtual_series/virtual_series.h"

namespace vitrine::service {

// The attributes that all images of a virtual series share: what `source`, an image of the volume as DICOM JSON, says
// of patient, study, equipment, acquisition and frame of reference, and what the images are. A turn has no frame of
// reference: nobody is to measure across its pictures or draw reference lines in them.
nlohmann::json SharedAttributes(const nlohmann::json& source, const VirtualSeries& series,
                                const std::string& description, int number);

// The first value of an attribute as text, "" where there is none.
std::string TextOf(const nlohmann::json& dataset, const char* tag);

// At most 64 characters (LO), cut between characters of UTF-8.
std::string ShortText(std::string text);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_SHARED_ATTRIBUTES_H_
