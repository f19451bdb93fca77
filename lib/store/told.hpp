// Which records of incidents a program of this user has been told of (jaga-notify(1)): told/<name>/ in the
// state folder of an installation. It says what this account did, not what lies in the directory.
//
// `all` has one line an incident, "ID SEQ.SHORT-ID ...", and is replaced durably; `new`, in the same form, is
// what was told since, replaced without a sync: after a power cut a record may be told again, but none is
// left out.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "record/record.hpp"
#include "store/folder.hpp"

namespace jaga::store {

// One thread at a time; holds the lock of its folder as long as it lives.
class Told {
 public:
  // `state_folder`: the installation's; `name`: a name (base/id.hpp). Errors: busy where another process has
  // the lock; data where `all` cannot be understood, since to begin anew would leave out what nobody was
  // told.
  Told(const std::string& state_folder, std::string_view name);
  Told(Told&&) = default;

  bool began() const { return began_; }  // false: nothing was saved yet
  bool has(std::string_view incident, const record::FileName& file) const;
  void add(std::string_view incident, const record::FileName& file);
  // add(), written to `new` before it returns. Errors: io, cant_create.
  void add_now(std::string_view incident, const record::FileName& file);
  // Writes all of it, durably, where anything was added or nothing was saved yet. Errors: io, cant_create.
  void save();

 private:
  using Marks = std::map<std::string, std::string, std::less<>>;  // by incident: " 1.k7f3q2 2.9dkq4t "
  static void put(Marks& marks, std::string_view incident, std::string_view mark);
  static std::string text(const Marks& marks);
  // Lines of `text` into all_; false: it is none of ours.
  bool take(std::string_view text);

  Folder folder_;
  Lock lock_;
  Marks all_;
  Marks new_;
  bool began_ = false;
  bool changed_ = false;
};

}  // namespace jaga::store
