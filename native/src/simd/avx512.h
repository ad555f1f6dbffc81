#pragma once
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "avx2.h"

namespace causalloy {
namespace CAUSALLOY_ISA {

/** Sixteen floats: AVX-512 F, DQ, VL. */
struct Avx512 {
  using R = __m512;
  using Mask = __mmask16;
  static constexpr int width = 16;

  static inline R load(const float* p) { return _mm512_loadu_ps(p); }
  static inline void store(float* p, R v) { _mm512_storeu_ps(p, v); }
  static inline __mmask16 lanes(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
  static inline R loadPart(const float* p, int n) { return _mm512_maskz_loadu_ps(lanes(n), p); }
  static inline void storePart(float* p, R v, int n) { _mm512_mask_storeu_ps(p, lanes(n), v); }
  static inline R set(float x) { return _mm512_set1_ps(x); }
  static inline R zero() { return _mm512_setzero_ps(); }
  static inline R add(R a, R b) { return _mm512_add_ps(a, b); }
  static inline R sub(R a, R b) { return _mm512_sub_ps(a, b); }
  static inline R mul(R a, R b) { return _mm512_mul_ps(a, b); }
  static inline R div(R a, R b) { return _mm512_div_ps(a, b); }
  static inline R fma(R a, R b, R c) { return _mm512_fmadd_ps(a, b, c); }
  static inline R fnma(R a, R b, R c) { return _mm512_fnmadd_ps(a, b, c); }
  static inline R sqrt(R a) { return _mm512_sqrt_ps(a); }
  static inline R max(R a, R b) { return _mm512_max_ps(a, b); }
  static inline R min(R a, R b) { return _mm512_min_ps(a, b); }
  static inline R signBit() { return _mm512_set1_ps(-0.0f); }
  static inline R neg(R a) { return _mm512_xor_ps(a, signBit()); }
  static inline R abs(R a) { return _mm512_andnot_ps(signBit(), a); }
  static inline R withSign(R a, R b) {
    return _mm512_or_ps(_mm512_andnot_ps(signBit(), a), _mm512_and_ps(signBit(), b));
  }
  static inline Mask greater(R a, R b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
  static inline R select(Mask m, R yes, R no) { return _mm512_mask_blend_ps(m, no, yes); }
  static inline R keep(Mask m, R a) { return _mm512_maskz_mov_ps(m, a); }
  static inline R round(R a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static inline R power2(R n) {
    __m512i i = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127));
    return _mm512_castsi512_ps(_mm512_slli_epi32(i, 23));
  }
  static inline R split(R x, R& e) {
    __m512i bits = _mm512_castps_si512(x);
    e = _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_srli_epi32(bits, 23), _mm512_set1_epi32(126)));
    __m512i m = _mm512_or_si512(_mm512_and_si512(bits, _mm512_set1_epi32(0x007fffff)),
                                _mm512_set1_epi32(0x3f000000));
    return _mm512_castsi512_ps(m);
  }
  static inline void addTo(double* sums, R v) {
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(v));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1));
    _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_loadu_pd(sums), low));
    _mm512_storeu_pd(sums + 8, _mm512_add_pd(_mm512_loadu_pd(sums + 8), high));
  }
  static inline float total(R v) {
    return Avx2::total(_mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)));
  }
  /** Asks for the cache line of p; p need not be readable. */
  static inline void ask(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
  static inline void transpose(const float* a, ptrdiff_t lda, float* b, ptrdiff_t ldb) {
    Avx2::transpose(a, lda, b, ldb);
    Avx2::transpose(a + 8, lda, b + 8 * ldb, ldb);
    Avx2::transpose(a + 8 * lda, lda, b + 8, ldb);
    Avx2::transpose(a + 8 * lda + 8, lda, b + 8 * ldb + 8, ldb);
  }
  static inline void transpose(const float* const* a, ptrdiff_t at, float* b, ptrdiff_t ldb) {
    Avx2::transpose(a, at, b, ldb);
    Avx2::transpose(a, at + 8, b + 8 * ldb, ldb);
    Avx2::transpose(a + 8, at, b + 8, ldb);
    Avx2::transpose(a + 8, at + 8, b + 8 * ldb + 8, ldb);
  }
};

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
