#pragma once
#include <cmath>

/**
 * Functions of a vector, accurate to about one unit in the last place of float32 (test/unit/engine/compute/native has
 * the bounds). Coefficients: Moshier's Cephes (exp, log, tanh) and Juffa's erff. NaN stays NaN.
 */
namespace causalloy {
namespace CAUSALLOY_ISA {

/** e^x = p·2^n with whole n: gives p and sets n. */
template <class T>
static inline typename T::R expParts(typename T::R x, typename T::R& n) {
  using R = typename T::R;
  n = T::round(T::mul(x, T::set(1.44269504088896341f)));
  R r = T::fnma(n, T::set(0.693359375f), x);
  r = T::fnma(n, T::set(-2.12194440e-4f), r);
  R p = T::set(1.9875691500e-4f);
  p = T::fma(p, r, T::set(1.3981999507e-3f));
  p = T::fma(p, r, T::set(8.3334519073e-3f));
  p = T::fma(p, r, T::set(4.1665795894e-2f));
  p = T::fma(p, r, T::set(1.6666665459e-1f));
  p = T::fma(p, r, T::set(5.0000001201e-1f));
  return T::fma(T::mul(r, r), p, T::add(r, T::set(1.0f)));
}

template <class T>
static inline typename T::R expOf(typename T::R x) {
  typename T::R n;
  const typename T::R p = expParts<T>(T::min(T::set(89.0f), T::max(T::set(-104.0f), x)), n);
  // 2^n in two factors: n reaches 128 at the upper end and −150 at the lower.
  const typename T::R half = T::round(T::mul(n, T::set(0.5f)));
  return T::mul(T::mul(p, T::power2(half)), T::power2(T::sub(n, half)));
}

/** e^x of −87 ≤ x ≤ 88.8, where 2^n is one factor; ∞ from 88.4 on. */
template <class T>
static inline typename T::R expOfSmall(typename T::R x) {
  typename T::R n;
  const typename T::R p = expParts<T>(x, n);
  return T::mul(p, T::power2(n));
}

template <class T>
static inline typename T::R logOf(typename T::R x) {
  using R = typename T::R;
  R e;
  R m = T::split(T::max(T::set(1.17549435e-38f), x), e);
  const typename T::Mask low = T::greater(T::set(0.707106781186547524f), m);
  e = T::sub(e, T::keep(low, T::set(1.0f)));
  m = T::sub(T::add(m, T::keep(low, m)), T::set(1.0f));
  const R z = T::mul(m, m);
  R p = T::set(7.0376836292e-2f);
  p = T::fma(p, m, T::set(-1.1514610310e-1f));
  p = T::fma(p, m, T::set(1.1676998740e-1f));
  p = T::fma(p, m, T::set(-1.2420140846e-1f));
  p = T::fma(p, m, T::set(1.4249322787e-1f));
  p = T::fma(p, m, T::set(-1.6668057665e-1f));
  p = T::fma(p, m, T::set(2.0000714765e-1f));
  p = T::fma(p, m, T::set(-2.4999993993e-1f));
  p = T::fma(p, m, T::set(3.3333331174e-1f));
  R y = T::mul(T::mul(p, m), z);
  y = T::fma(e, T::set(-2.12194440e-4f), y);
  y = T::fnma(z, T::set(0.5f), y);
  y = T::fma(e, T::set(0.693359375f), T::add(m, y));
  const R inf = T::set(INFINITY);
  y = T::select(T::greater(inf, x), y, T::add(x, x));
  // Not above 0: log 0 = −∞, of less there is none, NaN stays.
  const R other = T::select(T::greater(T::zero(), x), T::set(NAN), T::select(T::greater(inf, x), T::neg(inf), x));
  y = T::select(T::greater(x, T::zero()), y, other);
  return y;
}

template <class T>
static inline typename T::R tanhOf(typename T::R x) {
  using R = typename T::R;
  const R a = T::abs(x);
  const R z = T::mul(x, x);
  R p = T::set(-5.70498872745e-3f);
  p = T::fma(p, z, T::set(2.06390887954e-2f));
  p = T::fma(p, z, T::set(-5.37397155531e-2f));
  p = T::fma(p, z, T::set(1.33314422036e-1f));
  p = T::fma(p, z, T::set(-3.33332819422e-1f));
  p = T::fma(T::mul(p, z), x, x);
  // Beyond 10 the value is 1 in float32; e^20 is far from overflow.
  const R e = expOfSmall<T>(T::min(T::set(20.0f), T::add(a, a)));
  const R q = T::sub(T::set(1.0f), T::div(T::set(2.0f), T::add(e, T::set(1.0f))));
  return T::select(T::greater(T::set(0.625f), a), p, T::withSign(q, x));
}

/** 1 + e^−x; ∞ where 1/∞ is what a sigmoid below the smallest normal number counts as. */
template <class T>
static inline typename T::R onePlusExp(typename T::R x) {
  const typename T::R y = T::min(T::set(88.8f), T::max(T::set(-87.0f), T::neg(x)));
  return T::add(T::set(1.0f), expOfSmall<T>(y));
}

template <class T>
static inline typename T::R sigmoidOf(typename T::R x) {
  return T::div(T::set(1.0f), onePlusExp<T>(x));
}

template <class T>
static inline typename T::R siluOf(typename T::R x) {
  return T::div(x, onePlusExp<T>(x));
}

/** max(x, 0) + log(1 + u), u = e^−|x|; the rounding error of 1 + u is put back (Goldberg 1991, theorem 4). */
template <class T>
static inline typename T::R softplusOf(typename T::R x) {
  using R = typename T::R;
  const R u = expOf<T>(T::neg(T::abs(x)));
  const R w = T::add(T::set(1.0f), u);
  const R lost = T::sub(u, T::sub(w, T::set(1.0f)));
  return T::add(T::max(T::zero(), x), T::add(logOf<T>(w), T::div(lost, w)));
}

template <class T>
static inline typename T::R erfOf(typename T::R x) {
  using R = typename T::R;
  const R t = T::abs(x);
  const R s = T::mul(x, x);
  R r = T::fma(T::set(-1.72853470e-5f), t, T::set(3.83197126e-4f));
  const R u = T::fma(T::set(-3.88396438e-3f), t, T::set(2.42546219e-2f));
  r = T::fma(r, s, u);
  r = T::fma(r, t, T::set(-1.06777877e-1f));
  r = T::fma(r, t, T::set(-6.34846687e-1f));
  r = T::fma(r, t, T::set(-1.28717512e-1f));
  r = T::fma(r, t, T::neg(t));
  // Beyond 4 the value is 1 in float32, while the polynomial would turn round.
  r = T::max(T::set(-87.0f), r);
  const R far = T::sub(T::set(1.0f), expOfSmall<T>(r));
  R q = T::set(-5.96761703e-4f);
  q = T::fma(q, s, T::set(4.99119423e-3f));
  q = T::fma(q, s, T::set(-2.67681349e-2f));
  q = T::fma(q, s, T::set(1.12819925e-1f));
  q = T::fma(q, s, T::set(-3.76125336e-1f));
  q = T::fma(q, s, T::set(1.28379166e-1f));
  q = T::fma(q, x, x);
  const R outer = T::select(T::greater(t, T::set(4.0f)), T::set(1.0f), far);
  return T::select(T::greater(t, T::set(0.927734375f)), T::withSign(outer, x), q);
}

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
