#include "machine.h"

#include <cstring>
#include <new>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#define CAUSALLOY_ASK(p) _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0)
#else
#define CAUSALLOY_ASK(p) static_cast<void>(p)
#endif
#if defined(_WIN32)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace causalloy {

namespace {

/** Numbers below 2^−126 are read and written as 0 while this lives: they slow a processor down a hundredfold. */
class FlushedDenormals {
 public:
#if defined(__x86_64__) || defined(_M_X64)
  FlushedDenormals() : before(_mm_getcsr()) { _mm_setcsr(before | 0x8040u); }
  ~FlushedDenormals() { _mm_setcsr(before); }

 private:
  unsigned before;
#elif defined(__aarch64__) && (defined(__GNUC__) || defined(__clang__))
  FlushedDenormals() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    const uint64_t flushed = before | (uint64_t{1} << 24);
    __asm__ volatile("msr fpcr, %0" : : "r"(flushed));
  }
  ~FlushedDenormals() { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }

 private:
  uint64_t before = 0;
#endif
};

int64_t rounded(int64_t floats) { return (floats + 15) / 16 * 16; }

void gather(const GatherPlan& p, float* arena) {
  // Rows lie anywhere in the table: those to come are asked for while earlier ones are copied.
  constexpr int64_t ahead = 16;
  const auto rowAt = [&](int64_t i) {
    int32_t row;
    std::memcpy(&row, arena + p.indices + i, sizeof row);
    return row;
  };
  for (int64_t i = 0; i < p.rows; i++) {
    if (i + ahead < p.rows) {
      const int32_t later = rowAt(i + ahead);
      if (later >= 0 && later < p.tableRows) CAUSALLOY_ASK(arena + p.table + later * p.tableStride);
    }
    const int32_t row = rowAt(i);
    if (row < 0 || row >= p.tableRows)
      throw ProgramError("row " + std::to_string(row) + " of a table of " + std::to_string(p.tableRows));
    std::memcpy(arena + p.output + i * p.width, arena + p.table + row * p.tableStride,
                static_cast<size_t>(p.width) * sizeof(float));
  }
}

}  // namespace

Floats::Floats(int64_t count) {
  // Vectors may read, never write, a little past the end.
  const size_t bytes = static_cast<size_t>(rounded(count) + 128) * sizeof(float);
#if defined(_WIN32)
  memory = static_cast<float*>(_aligned_malloc(bytes, 64));
#else
  const size_t large = size_t{4} << 20;
  const size_t alignment = bytes >= large ? size_t{2} << 20 : 64;
  void* p = nullptr;
  memory = posix_memalign(&p, alignment, bytes) == 0 ? static_cast<float*>(p) : nullptr;
#if defined(__linux__)
  if (memory != nullptr && bytes >= large) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
#endif
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, bytes);
}

Floats::~Floats() {
#if defined(_WIN32)
  _aligned_free(memory);
#else
  std::free(memory);
#endif
}

Machine::Machine(const int32_t* words, size_t length, const Kernels& own)
    : kernels(own),
      program(words, length, own),
      arena(program.arenaFloats),
      scratch(rounded(program.slotFloats) + rounded(program.space.packedA) + rounded(program.space.packedB) +
              rounded(program.space.block) + rounded(program.space.staged)),
      sums(new double[static_cast<size_t>(program.sumDoubles) + 1]),
      frame() {
  frame.arena = arena.data();
  frame.beta1 = program.beta1;
  frame.beta2 = program.beta2;
  frame.rest1 = program.rest1;
  frame.rest2 = program.rest2;
  frame.epsilon = program.epsilon;
  frame.slots = scratch.data();
  frame.packedA = frame.slots + rounded(program.slotFloats);
  frame.packedB = frame.packedA + rounded(program.space.packedA);
  frame.block = frame.packedB + rounded(program.space.packedB);
  frame.staged = frame.block + rounded(program.space.block);
  frame.sums = sums.get();
}

void Machine::write(int64_t offset, const void* values, int64_t count) {
  if (offset < 0 || count < 0 || offset + count > program.arenaFloats) throw ProgramError("written past the end");
  std::memcpy(frame.arena + offset, values, static_cast<size_t>(count) * sizeof(float));
}

void Machine::read(int64_t offset, float* values, int64_t count) const {
  if (offset < 0 || count < 0 || offset + count > program.arenaFloats) throw ProgramError("read past the end");
  std::memcpy(values, frame.arena + offset, static_cast<size_t>(count) * sizeof(float));
}

int64_t Machine::bytes() const {
  return (program.arenaFloats + program.slotFloats + program.space.packedA + program.space.packedB +
          program.space.block + program.space.staged) * 4 + program.sumDoubles * 8;
}

void Machine::step() {
  for (const Instruction& i : program.instructions) {
    switch (i.kind) {
      case Kind::Elementwise:
        kernels.elementwise(*static_cast<const ElementwisePlan*>(i.plan), frame);
        break;
      case Kind::Product:
        kernels.product(*static_cast<const ProductPlan*>(i.plan), frame);
        break;
      case Kind::Softmax:
        kernels.softmax(*static_cast<const RowsPlan*>(i.plan), frame);
        break;
      case Kind::Gather:
        gather(*static_cast<const GatherPlan*>(i.plan), frame.arena);
        break;
      case Kind::Fill: {
        const FillPlan& p = *static_cast<const FillPlan*>(i.plan);
        std::memset(frame.arena + p.output, 0, static_cast<size_t>(p.count) * sizeof(float));
        break;
      }
      case Kind::Scatter:
        kernels.scatter(*static_cast<const ScatterPlan*>(i.plan), frame);
        break;
    }
  }
}

void Machine::run(int64_t count, const Feed* feeds, size_t nfeeds, const float* scalars, float* losses) {
  const FlushedDenormals flushed;
  for (int64_t t = 0; t < count; t++) {
    for (size_t i = 0; i < nfeeds; i++)
      write(feeds[i].offset, static_cast<const float*>(feeds[i].values) + t * feeds[i].count, feeds[i].count);
    if (scalars != nullptr) {
      frame.rate = scalars[3 * t];
      frame.correction1 = scalars[3 * t + 1];
      frame.correction2 = scalars[3 * t + 2];
    }
    step();
    if (losses != nullptr && program.loss >= 0) losses[t] = frame.arena[program.loss];
  }
}

}  // namespace causalloy
