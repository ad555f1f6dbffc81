#pragma once
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace causalloy {
namespace CAUSALLOY_ISA {

/** Eight floats: AVX2 with fused multiply-add. */
struct Avx2 {
  using R = __m256;
  using Mask = __m256;
  static constexpr int width = 8;

  static inline R load(const float* p) { return _mm256_loadu_ps(p); }
  static inline void store(float* p, R v) { _mm256_storeu_ps(p, v); }
  static inline __m256i lanes(int n) {
    alignas(32) static const int32_t table[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(table + 8 - n));
  }
  /** The first n lanes, 0 < n < width; the others are 0 and their memory is not touched. */
  static inline R loadPart(const float* p, int n) { return _mm256_maskload_ps(p, lanes(n)); }
  static inline void storePart(float* p, R v, int n) {
    alignas(32) float all[8];
    _mm256_store_ps(all, v);
    for (int i = 0; i < n; i++) p[i] = all[i];
  }
  static inline R set(float x) { return _mm256_set1_ps(x); }
  static inline R zero() { return _mm256_setzero_ps(); }
  static inline R add(R a, R b) { return _mm256_add_ps(a, b); }
  static inline R sub(R a, R b) { return _mm256_sub_ps(a, b); }
  static inline R mul(R a, R b) { return _mm256_mul_ps(a, b); }
  static inline R div(R a, R b) { return _mm256_div_ps(a, b); }
  static inline R fma(R a, R b, R c) { return _mm256_fmadd_ps(a, b, c); }
  /** c - a*b */
  static inline R fnma(R a, R b, R c) { return _mm256_fnmadd_ps(a, b, c); }
  static inline R sqrt(R a) { return _mm256_sqrt_ps(a); }
  /** b where either is NaN: write the value that may be NaN second. */
  static inline R max(R a, R b) { return _mm256_max_ps(a, b); }
  static inline R min(R a, R b) { return _mm256_min_ps(a, b); }
  static inline R signBit() { return _mm256_set1_ps(-0.0f); }
  static inline R neg(R a) { return _mm256_xor_ps(a, signBit()); }
  static inline R abs(R a) { return _mm256_andnot_ps(signBit(), a); }
  /** Magnitude of a, sign of b. */
  static inline R withSign(R a, R b) {
    return _mm256_or_ps(_mm256_andnot_ps(signBit(), a), _mm256_and_ps(signBit(), b));
  }
  static inline Mask greater(R a, R b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
  static inline R select(Mask m, R yes, R no) { return _mm256_blendv_ps(no, yes, m); }
  static inline R keep(Mask m, R a) { return _mm256_and_ps(m, a); }
  static inline R round(R a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  /** 2^n of whole numbers −126 ≤ n ≤ 127; ∞ of 128. */
  static inline R power2(R n) {
    __m256i i = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(i, 23));
  }
  /** x = m·2^e of normal positive x, 0.5 ≤ m < 1. */
  static inline R split(R x, R& e) {
    __m256i bits = _mm256_castps_si256(x);
    e = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(126)));
    __m256i m = _mm256_or_si256(_mm256_and_si256(bits, _mm256_set1_epi32(0x007fffff)),
                                _mm256_set1_epi32(0x3f000000));
    return _mm256_castsi256_ps(m);
  }
  /** Adds the lanes to as many float64 sums. */
  static inline void addTo(double* sums, R v) {
    const __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(v));
    const __m256d high = _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
    _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), low));
    _mm256_storeu_pd(sums + 4, _mm256_add_pd(_mm256_loadu_pd(sums + 4), high));
  }
  /** Sum of the lanes, in pairs. */
  static inline float total(R v) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
  }
  /** Asks for the cache line of p; p need not be readable. */
  static inline void ask(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
  static inline void transpose(const float* a, ptrdiff_t lda, float* b, ptrdiff_t ldb) {
    const float* h = a + 4 * lda;
    const float* rows[8] = {a, a + lda, a + 2 * lda, a + 3 * lda, h, h + lda, h + 2 * lda, h + 3 * lda};
    transpose(rows, 0, b, ldb);
  }
  /** Rows wherever they lie, from element `at` on. */
  static inline void transpose(const float* const* a, ptrdiff_t at, float* b, ptrdiff_t ldb) {
    R r0 = load(a[0] + at), r1 = load(a[1] + at), r2 = load(a[2] + at), r3 = load(a[3] + at);
    R r4 = load(a[4] + at), r5 = load(a[5] + at), r6 = load(a[6] + at), r7 = load(a[7] + at);
    R t0 = _mm256_unpacklo_ps(r0, r1), t1 = _mm256_unpackhi_ps(r0, r1);
    R t2 = _mm256_unpacklo_ps(r2, r3), t3 = _mm256_unpackhi_ps(r2, r3);
    R t4 = _mm256_unpacklo_ps(r4, r5), t5 = _mm256_unpackhi_ps(r4, r5);
    R t6 = _mm256_unpacklo_ps(r6, r7), t7 = _mm256_unpackhi_ps(r6, r7);
    R s0 = _mm256_shuffle_ps(t0, t2, 0x44), s1 = _mm256_shuffle_ps(t0, t2, 0xee);
    R s2 = _mm256_shuffle_ps(t1, t3, 0x44), s3 = _mm256_shuffle_ps(t1, t3, 0xee);
    R s4 = _mm256_shuffle_ps(t4, t6, 0x44), s5 = _mm256_shuffle_ps(t4, t6, 0xee);
    R s6 = _mm256_shuffle_ps(t5, t7, 0x44), s7 = _mm256_shuffle_ps(t5, t7, 0xee);
    store(b, _mm256_permute2f128_ps(s0, s4, 0x20));
    store(b + ldb, _mm256_permute2f128_ps(s1, s5, 0x20));
    store(b + 2 * ldb, _mm256_permute2f128_ps(s2, s6, 0x20));
    store(b + 3 * ldb, _mm256_permute2f128_ps(s3, s7, 0x20));
    store(b + 4 * ldb, _mm256_permute2f128_ps(s0, s4, 0x31));
    store(b + 5 * ldb, _mm256_permute2f128_ps(s1, s5, 0x31));
    store(b + 6 * ldb, _mm256_permute2f128_ps(s2, s6, 0x31));
    store(b + 7 * ldb, _mm256_permute2f128_ps(s3, s7, 0x31));
  }
};

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
