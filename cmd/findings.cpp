#include "findings.hpp"

#include "document/json.hpp"
#include "session.hpp"

namespace jaga::cmd {

bool print_findings(Session& session, const std::vector<Finding>& findings) {
  Ui& ui = session.ui();
  bool sound = true;
  Table table;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::bad) sound = false;
    if (session.prints_values()) {
      const char* word = finding.verdict == Verdict::good  ? "ok"
                         : finding.verdict == Verdict::bad ? "bad"
                                                           : "-";
      Json line{
          {"about", finding.about},
          {"state", word},
          {"what", ui.text(finding.what)},
          {"mend", ui.text(finding.mend)},
      };
      line.update(finding.more);
      ui.json(line);
      continue;
    }
    const Message verdict = finding.verdict == Verdict::good  ? msg("ok")
                            : finding.verdict == Verdict::bad ? msg("bad")
                                                              : msg("remark");
    table.row({ui.text(finding.label), ui.text(verdict), ui.text(finding.what)},
              finding.verdict == Verdict::bad ? Colour::red : Colour::none);
    if (!finding.mend.empty())
      table.row({"", "", std::string(translate("hint: ", ui.language())) + ui.text(finding.mend)});
  }
  if (!session.prints_values()) table.print(ui);
  return sound;
}

}  // namespace jaga::cmd
