#ifndef VITRINE_RENDER_EGL_TEXTURE_CACHE_H_
#define VITRINE_RENDER_EGL_TEXTURE_CACHE_H_

#include <cstdint>
#include <iterator>
#include <list>
#include <memory>

#include "absl/container/flat_hash_map.h"

namespace vitrine::render::egl {

// What the device holds of immutable sources: least recently used first out, by a byte budget. Knows a source by its
// address for as long as some shared_ptr keeps it alive. GL thread only.
template <typename Source, typename Textures>
class TextureCache {
 public:
  explicit TextureCache(uint64_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // Null where nothing is held. Valid while the caller holds it.
  std::shared_ptr<const Textures> Find(const std::shared_ptr<const Source>& source) {
    EraseExpired();
    const auto found = index_.find(source.get());
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->textures;
  }

  bool Fits(uint64_t bytes) const { return bytes <= budget_bytes_; }

  // Drops others until `bytes` more, which fit, are within the budget.
  void MakeRoom(uint64_t bytes) {
    while (bytes_ + bytes > budget_bytes_) Erase(std::prev(entries_.end()));
  }

  // After MakeRoom(bytes); `source` is not held yet.
  void Insert(const std::shared_ptr<const Source>& source, std::shared_ptr<const Textures> textures, uint64_t bytes) {
    entries_.push_front({source.get(), source, std::move(textures), bytes});
    index_[source.get()] = entries_.begin();
    bytes_ += bytes;
  }

  // Drops what nobody can ask for any more.
  void EraseExpired() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (entry->source.expired()) Erase(entry);
      entry = next;
    }
  }

  void Clear() {
    index_.clear();
    entries_.clear();
    bytes_ = 0;
  }

 private:
  struct Entry {
    const Source* key;
    std::weak_ptr<const Source> source;
    std::shared_ptr<const Textures> textures;
    uint64_t bytes;
  };
  using Entries = std::list<Entry>;

  void Erase(typename Entries::iterator entry) {
    bytes_ -= entry->bytes;
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  const uint64_t budget_bytes_;
  uint64_t bytes_ = 0;
  Entries entries_;  // Most recently used first.
  absl::flat_hash_map<const Source*, typename Entries::iterator> index_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_TEXTURE_CACHE_H_
