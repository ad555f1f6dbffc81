#include "cpu.h"

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#define CAUSALLOY_X86 1
#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace causalloy {

const Kernels* baselineKernels();
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();

namespace {

#ifdef CAUSALLOY_X86
struct Registers {
  uint32_t a, b, c, d;
};

Registers cpuid(uint32_t leaf, uint32_t sub) {
  Registers r = {0, 0, 0, 0};
#if defined(_MSC_VER)
  int out[4];
  __cpuidex(out, static_cast<int>(leaf), static_cast<int>(sub));
  r = {static_cast<uint32_t>(out[0]), static_cast<uint32_t>(out[1]), static_cast<uint32_t>(out[2]),
       static_cast<uint32_t>(out[3])};
#else
  __get_cpuid_count(leaf, sub, &r.a, &r.b, &r.c, &r.d);
#endif
  return r;
}

/** Registers that the operating system saves: bits 1, 2 SSE and AVX, bits 5–7 those of AVX-512. */
uint64_t savedState() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
#endif
}

bool has(uint32_t word, int bit) { return (word >> bit & 1u) != 0; }
#endif

struct Here {
  const Kernels* list[4] = {nullptr, nullptr, nullptr, nullptr};
  Here() {
    int n = 0;
    list[n++] = baselineKernels();
#ifdef CAUSALLOY_X86
    if (cpuid(0, 0).a < 7) return;
    const Registers one = cpuid(1, 0), seven = cpuid(7, 0);
    if (!has(one.c, 27)) return;
    const uint64_t saved = savedState();
    if ((saved & 0x6) != 0x6 || !has(one.c, 28) || !has(one.c, 12) || !has(seven.b, 5)) return;
    list[n++] = avx2Kernels();
    const bool wide = has(seven.b, 16) && has(seven.b, 17) && has(seven.b, 30) && has(seven.b, 31);
    if ((saved & 0xe6) != 0xe6 || !wide) return;
    list[n++] = avx512Kernels();
#endif
  }
};

}  // namespace

const Kernels* const* kernelsHere() {
  static const Here here;
  return here.list;
}

}  // namespace causalloy
