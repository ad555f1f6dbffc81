// One elementwise operation on a dense tile of n numbers.

template <class F>
static inline void map1(float* y, const float* a, ptrdiff_t n, F f) {
  constexpr int w = V::width;
  ptrdiff_t i = 0;
  for (; i + w <= n; i += w) V::store(y + i, f(V::load(a + i)));
  if (i < n) {
    const int rest = static_cast<int>(n - i);
    V::storePart(y + i, f(V::loadPart(a + i, rest)), rest);
  }
}

template <class F>
static inline void map2(float* y, const float* a, const float* b, ptrdiff_t n, F f) {
  constexpr int w = V::width;
  ptrdiff_t i = 0;
  for (; i + w <= n; i += w) V::store(y + i, f(V::load(a + i), V::load(b + i)));
  if (i < n) {
    const int rest = static_cast<int>(n - i);
    V::storePart(y + i, f(V::loadPart(a + i, rest), V::loadPart(b + i, rest)), rest);
  }
}

template <class F>
static inline void map3(float* y, const float* a, const float* b, const float* c, ptrdiff_t n, F f) {
  constexpr int w = V::width;
  ptrdiff_t i = 0;
  for (; i + w <= n; i += w) V::store(y + i, f(V::load(a + i), V::load(b + i), V::load(c + i)));
  if (i < n) {
    const int rest = static_cast<int>(n - i);
    V::storePart(y + i, f(V::loadPart(a + i, rest), V::loadPart(b + i, rest), V::loadPart(c + i, rest)), rest);
  }
}

static void apply(const TileOp& t, float* y, const float* a, const float* b, const float* c, ptrdiff_t n) {
  using R = V::R;
  const R low = V::set(t.low);
  const R high = V::set(t.high);
  switch (t.op) {
    case Op::Neg: return map1(y, a, n, [](R x) { return V::neg(x); });
    case Op::Exp: return map1(y, a, n, [](R x) { return expOf<V>(x); });
    case Op::Log: return map1(y, a, n, [](R x) { return logOf<V>(x); });
    case Op::Sqrt: return map1(y, a, n, [](R x) { return V::sqrt(x); });
    case Op::Square: return map1(y, a, n, [](R x) { return V::mul(x, x); });
    case Op::Abs: return map1(y, a, n, [](R x) { return V::abs(x); });
    case Op::Tanh: return map1(y, a, n, [](R x) { return tanhOf<V>(x); });
    case Op::Sigmoid: return map1(y, a, n, [](R x) { return sigmoidOf<V>(x); });
    case Op::Silu: return map1(y, a, n, [](R x) { return siluOf<V>(x); });
    case Op::Relu: return map1(y, a, n, [](R x) { return V::max(V::zero(), x); });
    case Op::Softplus: return map1(y, a, n, [](R x) { return softplusOf<V>(x); });
    case Op::Erf: return map1(y, a, n, [](R x) { return erfOf<V>(x); });
    case Op::Step:
      return map1(y, a, n, [](R x) { return V::keep(V::greater(x, V::zero()), V::set(1.0f)); });
    case Op::Copy: return map1(y, a, n, [](R x) { return x; });
    case Op::Clip: return map1(y, a, n, [=](R x) { return V::min(high, V::max(low, x)); });
    case Op::AddTo: return map1(y, a, n, [=](R x) { return V::add(x, low); });
    case Op::MulBy: return map1(y, a, n, [=](R x) { return V::mul(x, low); });
    case Op::DivBy: return map1(y, a, n, [=](R x) { return V::div(x, low); });
    case Op::FromSub: return map1(y, a, n, [=](R x) { return V::sub(low, x); });
    case Op::FromDiv: return map1(y, a, n, [=](R x) { return V::div(low, x); });
    case Op::Add: return map2(y, a, b, n, [](R p, R q) { return V::add(p, q); });
    case Op::Sub: return map2(y, a, b, n, [](R p, R q) { return V::sub(p, q); });
    case Op::Mul: return map2(y, a, b, n, [](R p, R q) { return V::mul(p, q); });
    case Op::Div: return map2(y, a, b, n, [](R p, R q) { return V::div(p, q); });
    // a·step(b): a product and not a selection, so that an infinite or NaN gradient shows.
    case Op::MulStep:
      return map2(y, a, b, n,
                  [](R p, R q) { return V::mul(p, V::keep(V::greater(q, V::zero()), V::set(1.0f))); });
    case Op::MulAdd: return map3(y, a, b, c, n, [](R p, R q, R r) { return V::fma(p, q, r); });
    default: return;
  }
}
