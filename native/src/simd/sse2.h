#pragma once
#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

namespace causalloy {
namespace CAUSALLOY_ISA {

/** Four floats: what every x86-64 has. */
struct Sse2 {
  using R = __m128;
  using Mask = __m128;
  static constexpr int width = 4;

  static inline R load(const float* p) { return _mm_loadu_ps(p); }
  static inline void store(float* p, R v) { _mm_storeu_ps(p, v); }
  static inline R loadPart(const float* p, int n) {
    alignas(16) float all[4] = {0, 0, 0, 0};
    for (int i = 0; i < n; i++) all[i] = p[i];
    return _mm_load_ps(all);
  }
  static inline void storePart(float* p, R v, int n) {
    alignas(16) float all[4];
    _mm_store_ps(all, v);
    for (int i = 0; i < n; i++) p[i] = all[i];
  }
  static inline R set(float x) { return _mm_set1_ps(x); }
  static inline R zero() { return _mm_setzero_ps(); }
  static inline R add(R a, R b) { return _mm_add_ps(a, b); }
  static inline R sub(R a, R b) { return _mm_sub_ps(a, b); }
  static inline R mul(R a, R b) { return _mm_mul_ps(a, b); }
  static inline R div(R a, R b) { return _mm_div_ps(a, b); }
  static inline R fma(R a, R b, R c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
  static inline R fnma(R a, R b, R c) { return _mm_sub_ps(c, _mm_mul_ps(a, b)); }
  static inline R sqrt(R a) { return _mm_sqrt_ps(a); }
  static inline R max(R a, R b) { return _mm_max_ps(a, b); }
  static inline R min(R a, R b) { return _mm_min_ps(a, b); }
  static inline R signBit() { return _mm_set1_ps(-0.0f); }
  static inline R neg(R a) { return _mm_xor_ps(a, signBit()); }
  static inline R abs(R a) { return _mm_andnot_ps(signBit(), a); }
  static inline R withSign(R a, R b) {
    return _mm_or_ps(_mm_andnot_ps(signBit(), a), _mm_and_ps(signBit(), b));
  }
  static inline Mask greater(R a, R b) { return _mm_cmpgt_ps(a, b); }
  static inline R select(Mask m, R yes, R no) { return _mm_or_ps(_mm_and_ps(m, yes), _mm_andnot_ps(m, no)); }
  static inline R keep(Mask m, R a) { return _mm_and_ps(m, a); }
  /** Of |a| < 2^31 only; the callers clamp first. */
  static inline R round(R a) { return _mm_cvtepi32_ps(_mm_cvtps_epi32(a)); }
  static inline R power2(R n) {
    return _mm_castsi128_ps(_mm_slli_epi32(_mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127)), 23));
  }
  static inline R split(R x, R& e) {
    __m128i bits = _mm_castps_si128(x);
    e = _mm_cvtepi32_ps(_mm_sub_epi32(_mm_srli_epi32(bits, 23), _mm_set1_epi32(126)));
    return _mm_castsi128_ps(
        _mm_or_si128(_mm_and_si128(bits, _mm_set1_epi32(0x007fffff)), _mm_set1_epi32(0x3f000000)));
  }
  static inline void addTo(double* sums, R v) {
    const __m128d low = _mm_cvtps_pd(v), high = _mm_cvtps_pd(_mm_movehl_ps(v, v));
    _mm_storeu_pd(sums, _mm_add_pd(_mm_loadu_pd(sums), low));
    _mm_storeu_pd(sums + 2, _mm_add_pd(_mm_loadu_pd(sums + 2), high));
  }
  static inline float total(R v) {
    const __m128 s = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
  }
  /** Asks for the cache line of p; p need not be readable. */
  static inline void ask(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
  static inline void transpose(const float* a, ptrdiff_t lda, float* b, ptrdiff_t ldb) {
    const float* rows[4] = {a, a + lda, a + 2 * lda, a + 3 * lda};
    transpose(rows, 0, b, ldb);
  }
  static inline void transpose(const float* const* a, ptrdiff_t at, float* b, ptrdiff_t ldb) {
    R r0 = load(a[0] + at), r1 = load(a[1] + at), r2 = load(a[2] + at), r3 = load(a[3] + at);
    _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
    store(b, r0);
    store(b + ldb, r1);
    store(b + 2 * ldb, r2);
    store(b + 3 * ldb, r3);
  }
};

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
