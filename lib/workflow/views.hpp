// The values of what is shown, gathered for lib/document. Each view refers to what it is made of, which must
// outlive it.
#pragma once

#include <string>

#include "document/decision_view.hpp"
#include "document/incident_view.hpp"
#include "document/locale.hpp"
#include "workflow/decision.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

// Times by the office's clock.
document::Locale locale_of(const Office& office, Language language);

document::IncidentView view_of(const Context& context, const Incident& incident);
document::DecisionView view_of(const Context& context, const Prepared& prepared);

// preview.txt of the request of a decision: what its signer would be shown here.
std::string preview_text(const Context& context, const Prepared& prepared, Language language);

}  // namespace jaga::workflow
