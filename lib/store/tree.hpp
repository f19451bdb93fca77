// Files to be read, wherever they are: in a folder, or in the objects of a git repository. What reads chains
// and judges them works on either.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::store {

struct Item {
  enum class Kind { file, directory, other };  // other: symbolic link, FIFO, device, socket
  std::string name;
  Kind kind = Kind::file;
};

// Paths are relative to the tree, of one or more components separated by '/'; none may be empty, "." or "..".
// A path that breaks this is a bug (Error{software}). One thread at a time, the const functions too.
class Tree {
 public:
  inline static constexpr std::size_t kMostRead = std::size_t{4} << 20U;

  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;
  virtual ~Tree() = default;

  // nullopt where there is no such file. Error{data} where it is larger than `most` or not a regular file.
  virtual std::optional<std::string> read(std::string_view path, std::size_t most = kMostRead) const = 0;
  // The same; Error{no_input} where there is no such file.
  virtual std::string require(std::string_view path, std::size_t most = kMostRead) const = 0;
  // Whether a regular file is there. Error{data} for anything else by that name.
  virtual bool exists(std::string_view path) const = 0;
  // Sorted by name, without "." and ".."; "" is the tree itself. No such directory: empty.
  virtual std::vector<Item> list(std::string_view directory) const = 0;
  // The same one by one, in any order; a name lives as long as the call. For large directories of which
  // little is wanted.
  using Visit = std::function<void(std::string_view name, Item::Kind kind)>;
  virtual void each(std::string_view directory, const Visit& visit) const {
    for (const Item& item : list(directory)) visit(item.name, item.kind);
  }
  // The same files once more, for another thread; null: there is only this one. Error{no_input} where they
  // are gone.
  virtual std::unique_ptr<Tree> another() const { return nullptr; }
};

}  // namespace jaga::store
