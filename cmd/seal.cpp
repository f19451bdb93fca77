// jaga seal
#include "workflow/seal.hpp"

#include "document/json.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_seal(Setup& setup) {
  setup.run([](Session& session) {
    Ui& ui = session.ui();
    const std::optional<workflow::Sealed> sealed = workflow::seal(session.acting());
    if (!sealed) {
      ui.say(msg("nothing new since the last seal"));
      return ExitCode::ok;
    }
    const auto print = [&](const workflow::Sealed& one) {
      session.recorded(one.path);
      if (session.prints_values()) {
        ui.json(Json{
            {"record", one.path},
            {"digest", one.record.digest.text()},
            {"files", one.files},
        });
        return;
      }
      const Message::Arguments digest{{"digest", one.record.digest.text()}};
      ui.print(one.path);
      ui.print(counted(one.files, msg("seal {digest}, 1 file", digest),
                       msg("seal {digest}, {count} files", digest)));
    };
    for (const workflow::Sealed& one : sealed->earlier) print(one);
    print(*sealed);
    return ExitCode::ok;
  });
}

}  // namespace jaga::cmd
