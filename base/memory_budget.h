#ifndef VITRINE_BASE_MEMORY_BUDGET_H_
#define VITRINE_BASE_MEMORY_BUDGET_H_

// How much memory a kind of large objects may take, wherever they are held: those being made, those in a cache, and
// those that a cache has let go of and somebody still uses.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace vitrine {

// Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t bytes) : bytes_(bytes) {}

  // Counts until it is destroyed, also after the budget is. Movable.
  class [[nodiscard]] Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept : used_(std::move(other.used_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Reservation& operator=(Reservation&& other) noexcept {
      std::swap(used_, other.used_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Reservation() {
      if (used_ != nullptr) used_->fetch_sub(bytes_);
    }

   private:
    friend class MemoryBudget;
    Reservation(std::shared_ptr<std::atomic<uint64_t>> used, uint64_t bytes) : used_(std::move(used)), bytes_(bytes) {}

    std::shared_ptr<std::atomic<uint64_t>> used_;
    uint64_t bytes_ = 0;
  };

  // nullopt where less than `bytes` is left.
  std::optional<Reservation> TryReserve(uint64_t bytes) {
    uint64_t used = used_->load();
    do {
      if (bytes > bytes_ - used) return std::nullopt;
    } while (!used_->compare_exchange_weak(used, used + bytes));
    return Reservation(used_, bytes);
  }

  uint64_t bytes() const { return bytes_; }
  uint64_t used() const { return used_->load(); }

 private:
  const uint64_t bytes_;
  const std::shared_ptr<std::atomic<uint64_t>> used_ = std::make_shared<std::atomic<uint64_t>>(0);
};

}  // namespace vitrine

#endif  // VITRINE_BASE_MEMORY_BUDGET_H_
