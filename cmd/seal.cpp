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
    session.recorded(sealed->path);
    if (session.json()) {
      ui.json(Json{
          {"record", sealed->path},
          {"digest", sealed->record.digest.text()},
          {"files", sealed->files},
      });
    } else {
      const Message::Arguments digest{{"digest", sealed->record.digest.text()}};
      ui.print(sealed->path);
      ui.print(counted(sealed->files, msg("seal {digest}, 1 file", digest),
                       msg("seal {digest}, {count} files", digest)));
    }
    return ExitCode::ok;
  });
}

}  // namespace jaga::cmd
