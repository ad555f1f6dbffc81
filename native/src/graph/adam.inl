// AdamW (Loshchilov & Hutter 2019) of n weights in place.

/**
 * What is the same for all weights of an update. m ← m + (1−β₁)(g − m) is β₁m + (1−β₁)g, and η·m·c₁/(√(v·c₂) + ε) is
 * (η·c₁/√c₂)·m/(√v + ε/√c₂): fewer products, which are what the processor waits for beside square root and division.
 */
struct Update {
  U::R rest1, rest2, rate, epsilon, decayed;
  bool decays;
  Update(const Frame& f, const AdamSink& u) {
    const float own = f.rate * u.rate;
    const U::R scale = U::sqrt(U::set(f.correction2));
    rest1 = U::set(f.rest1);
    rest2 = U::set(f.rest2);
    rate = U::div(U::set(own * f.correction1), scale);
    epsilon = U::div(U::set(f.epsilon), scale);
    decayed = U::set(1.0f - own * u.decay);
    decays = own * u.decay != 0.0f;
  }
  template <bool decaying>
  inline U::R moved(U::R w, U::R& m, U::R& v, U::R g) const {
    m = U::fma(rest1, U::sub(g, m), m);
    v = U::fma(rest2, U::sub(U::mul(g, g), v), v);
    const U::R by = U::div(U::mul(rate, m), U::add(U::sqrt(v), epsilon));
    return U::sub(decaying ? U::mul(w, decayed) : w, by);
  }
  template <bool decaying>
  inline void at(float* w, float* m, float* v, U::R g) const {
    U::R first = U::load(m), second = U::load(v);
    U::store(w, moved<decaying>(U::load(w), first, second, g));
    U::store(m, first);
    U::store(v, second);
  }
  inline void atPart(float* w, float* m, float* v, U::R g, int n) const {
    U::R first = U::loadPart(m, n), second = U::loadPart(v, n);
    U::storePart(w, moved<true>(U::loadPart(w, n), first, second, g), n);
    U::storePart(m, first, n);
    U::storePart(v, second, n);
  }
};

template <bool decaying>
static void updateRowOf(const Update& update, float* w, float* m, float* v, const float* g, ptrdiff_t n) {
  constexpr int width = U::width;
  ptrdiff_t i = 0;
  for (; i + width <= n; i += width) update.at<decaying>(w + i, m + i, v + i, U::load(g + i));
  if (i < n) {
    const int rest = static_cast<int>(n - i);
    update.atPart(w + i, m + i, v + i, U::loadPart(g + i, rest), rest);
  }
}

static void updateRow(const Update& update, float* w, float* m, float* v, const float* g, ptrdiff_t n) {
  if (update.decays)
    updateRowOf<true>(update, w, m, v, g, n);
  else
    updateRowOf<false>(update, w, m, v, g, n);
}

/**
 * Weights rows x columns moved by the gradient Σₖ a[row, k]·b[k, column] of few k, which is never written: it is made in
 * registers.
 */
template <int K, bool decaying>
static void updateByFew(const Update& update, const float* a, ptrdiff_t aRow, ptrdiff_t aStep, const float* b,
                        ptrdiff_t bStep, float* w, float* m, float* v, ptrdiff_t row, ptrdiff_t rows,
                        ptrdiff_t columns) {
  constexpr int width = U::width;
  constexpr int group = 4;
  for (ptrdiff_t r = 0; r < rows; r++, a += aRow, w += row, m += row, v += row) {
    ptrdiff_t j = 0;
    for (; j + group * width <= columns; j += group * width) {
      // The same columns of the next row: they are wanted when this row's chunk is done.
      if (r + 1 < rows)
        for (int i = 0; i < group * width; i += 16) {
          U::ask(w + row + j + i);
          U::ask(m + row + j + i);
          U::ask(v + row + j + i);
        }
      U::R g[group];
      CAUSALLOY_UNROLL
      for (int i = 0; i < group; i++) g[i] = U::zero();
      CAUSALLOY_UNROLL
      for (int k = 0; k < K; k++) {
        const U::R left = U::set(a[k * aStep]);
        CAUSALLOY_UNROLL
        for (int i = 0; i < group; i++) g[i] = U::fma(left, U::load(b + k * bStep + j + i * width), g[i]);
      }
      CAUSALLOY_UNROLL
      for (int i = 0; i < group; i++)
        update.at<decaying>(w + j + i * width, m + j + i * width, v + j + i * width, g[i]);
    }
    for (; j < columns; j += width) {
      const int n = columns - j < width ? static_cast<int>(columns - j) : width;
      U::R g = U::zero();
      for (int k = 0; k < K; k++) {
        const float* from = b + k * bStep + j;
        g = U::fma(U::set(a[k * aStep]), n == width ? U::load(from) : U::loadPart(from, n), g);
      }
      if (n == width)
        update.at<decaying>(w + j, m + j, v + j, g);
      else
        update.atPart(w + j, m + j, v + j, g, n);
    }
  }
}

using UpdateByFew = void (*)(const Update&, const float*, ptrdiff_t, ptrdiff_t, const float*, ptrdiff_t, float*, float*,
                             float*, ptrdiff_t, ptrdiff_t, ptrdiff_t);
constexpr int mostFew = 8;
#define CAUSALLOY_EIGHT(decays)                                                                          \
  {updateByFew<1, decays>, updateByFew<2, decays>, updateByFew<3, decays>, updateByFew<4, decays>,      \
   updateByFew<5, decays>, updateByFew<6, decays>, updateByFew<7, decays>, updateByFew<8, decays>}
static const UpdateByFew updateByFewOf[2][mostFew] = {CAUSALLOY_EIGHT(false), CAUSALLOY_EIGHT(true)};
