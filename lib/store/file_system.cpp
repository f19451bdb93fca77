#include "store/file_system.hpp"

#include <algorithm>
#include <array>

namespace jaga::store {
namespace {

struct Network {
  std::uint32_t magic;
  std::string_view name;
};
// From statfs(2), linux/magic.h, and the sources of those that neither lists.
constexpr std::array kNetwork{
    Network{0x00006969, "NFS"},   Network{0xFF534D42, "SMB"},  Network{0xFE534D42, "SMB"},
    Network{0x0000517B, "SMB"},   Network{0x65735546, "FUSE"}, Network{0x01021997, "9p"},
    Network{0x00C36400, "Ceph"},  Network{0x5346414F, "AFS"},  Network{0x6B414653, "AFS"},
    Network{0x73757245, "Coda"},  Network{0x0000564C, "NCP"},  Network{0x0BD00BD0, "Lustre"},
    Network{0x47504653, "GPFS"},  Network{0x01161970, "GFS2"}, Network{0x7461636F, "OCFS2"},
    Network{0x786F4256, "vboxsf"}};
constexpr std::array<std::uint32_t, 23> kLocal{
    0x0000EF53,  // ext2, ext3, ext4
    0x58465342,  // xfs
    0x9123683E,  // btrfs
    0x01021994,  // tmpfs
    0x858458F6,  // ramfs
    0x794C7630,  // overlay
    0x2FC12FC1,  // zfs
    0xF2F52010,  // f2fs
    0xCA451A4E,  // bcachefs
    0x3153464A,  // jfs
    0x52654973,  // reiserfs
    0x00003434,  // nilfs2
    0x00004D44,  // vfat
    0x2011BAB0,  // exfat
    0x5346544E,  // ntfs
    0x7366746E,  // ntfs3
    0x24051905,  // ubifs
    0x000072B6,  // jffs2
    0x73717368,  // squashfs
    0xE0F5E1E2,  // erofs
    0x00009660,  // isofs
    0x15013346,  // udf
    0x0000F15F,  // ecryptfs
};

}  // namespace

FileSystem file_system(std::uint64_t magic) {
  const auto low = static_cast<std::uint32_t>(magic & 0xFFFFFFFFU);
  for (const Network& one : kNetwork)
    if (one.magic == low) return {FileSystem::Kind::network, one.name};
  if (std::find(kLocal.begin(), kLocal.end(), low) != kLocal.end()) return {FileSystem::Kind::local, {}};
  return {};
}

}  // namespace jaga::store
