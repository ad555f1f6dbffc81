#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace causalloy {
namespace CAUSALLOY_ISA {

/** Four floats in plain C++, for processors that are no x86-64; compilers make vectors of these loops. */
struct Generic {
  struct R {
    float v[4];
  };
  struct Mask {
    bool v[4];
  };
  static constexpr int width = 4;

  template <class F>
  static inline R each(F f) {
    R r;
    for (int i = 0; i < 4; i++) r.v[i] = f(i);
    return r;
  }
  static inline R load(const float* p) {
    return each([&](int i) { return p[i]; });
  }
  static inline void store(float* p, R a) {
    for (int i = 0; i < 4; i++) p[i] = a.v[i];
  }
  static inline R loadPart(const float* p, int n) {
    return each([&](int i) { return i < n ? p[i] : 0.0f; });
  }
  static inline void storePart(float* p, R a, int n) {
    for (int i = 0; i < n; i++) p[i] = a.v[i];
  }
  static inline R set(float x) {
    return each([&](int) { return x; });
  }
  static inline R zero() { return set(0.0f); }
  static inline R add(R a, R b) {
    return each([&](int i) { return a.v[i] + b.v[i]; });
  }
  static inline R sub(R a, R b) {
    return each([&](int i) { return a.v[i] - b.v[i]; });
  }
  static inline R mul(R a, R b) {
    return each([&](int i) { return a.v[i] * b.v[i]; });
  }
  static inline R div(R a, R b) {
    return each([&](int i) { return a.v[i] / b.v[i]; });
  }
  static inline R fma(R a, R b, R c) { return add(mul(a, b), c); }
  static inline R fnma(R a, R b, R c) { return sub(c, mul(a, b)); }
  static inline R sqrt(R a) {
    return each([&](int i) { return std::sqrt(a.v[i]); });
  }
  static inline R max(R a, R b) {
    return each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
  }
  static inline R min(R a, R b) {
    return each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
  }
  static inline R neg(R a) {
    return each([&](int i) { return -a.v[i]; });
  }
  static inline R abs(R a) {
    return each([&](int i) { return std::fabs(a.v[i]); });
  }
  static inline R withSign(R a, R b) {
    return each([&](int i) { return std::copysign(a.v[i], b.v[i]); });
  }
  static inline Mask greater(R a, R b) {
    Mask m;
    for (int i = 0; i < 4; i++) m.v[i] = a.v[i] > b.v[i];
    return m;
  }
  static inline R select(Mask m, R yes, R no) {
    return each([&](int i) { return m.v[i] ? yes.v[i] : no.v[i]; });
  }
  static inline R keep(Mask m, R a) { return select(m, a, zero()); }
  static inline R round(R a) {
    return each([&](int i) { return std::nearbyint(a.v[i]); });
  }
  static inline R power2(R n) {
    return each([&](int i) {
      // NaN has no whole number; the caller's product with a NaN stays NaN whatever this gives.
      const uint32_t bits = isSmall(n.v[i]) ? (static_cast<uint32_t>(static_cast<int32_t>(n.v[i]) + 127) << 23) : 0;
      float x;
      std::memcpy(&x, &bits, 4);
      return x;
    });
  }
  static inline bool isSmall(float x) { return x > -127.0f && x < 129.0f; }
  static inline R split(R x, R& e) {
    R m;
    for (int i = 0; i < 4; i++) {
      int32_t bits;
      std::memcpy(&bits, &x.v[i], 4);
      e.v[i] = static_cast<float>(((bits >> 23) & 0xff) - 126);
      bits = (bits & 0x007fffff) | 0x3f000000;
      std::memcpy(&m.v[i], &bits, 4);
    }
    return m;
  }
  static inline void addTo(double* sums, R a) {
    for (int i = 0; i < 4; i++) sums[i] += a.v[i];
  }
  static inline float total(R a) { return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]); }
  /** Asks for the cache line of p; p need not be readable. */
  static inline void ask(const float* p) { (void)p; }
  static inline void transpose(const float* a, ptrdiff_t lda, float* b, ptrdiff_t ldb) {
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) b[j * ldb + i] = a[i * lda + j];
  }
  static inline void transpose(const float* const* a, ptrdiff_t at, float* b, ptrdiff_t ldb) {
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) b[j * ldb + i] = a[i][at + j];
  }
};

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
