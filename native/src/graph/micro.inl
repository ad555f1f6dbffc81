// Register blocks of a product. Included once for each instruction set, inside its namespace.

/** What a block's elements pass through at the end; q belongs to the element at c. */
struct Ending {
  const float* q;
  ptrdiff_t row;
  bool multiplies;
  bool relu;
};

template <class T>
static inline typename T::R ended(const Ending& e, typename T::R v, typename T::R q) {
  v = e.multiplies ? T::mul(v, T::keep(T::greater(q, T::zero()), T::set(1.0f))) : T::add(v, q);
  return e.relu ? T::max(T::zero(), v) : v;
}

/** c (MR x NV·width, rows ldc apart) = or += Σ a[i·rowA + p·stepA] · b[p·stepB + j], then ended if there is an ending. */
template <class T, int MR, int NV>
static void block(const float* a, ptrdiff_t rowA, ptrdiff_t stepA, const float* b, ptrdiff_t stepB,
                  ptrdiff_t inner, float* c, ptrdiff_t ldc, bool adds, const Ending* ending) {
  using R = typename T::R;
  constexpr int groups = (MR + 2) / 3;
  R sum[MR][NV];
  CAUSALLOY_UNROLL
  for (int i = 0; i < MR; i++)
    CAUSALLOY_UNROLL
    for (int j = 0; j < NV; j++) sum[i][j] = T::zero();
  // One pointer for three rows: rows 1 and 2 are reached by the index scales of the address.
  const float* row[groups];
  CAUSALLOY_UNROLL
  for (int g = 0; g < groups; g++) row[g] = a + 3 * g * rowA;
  for (ptrdiff_t p = 0; p < inner; p++) {
    R right[NV];
    CAUSALLOY_UNROLL
    for (int j = 0; j < NV; j++) right[j] = T::load(b + j * T::width);
    CAUSALLOY_UNROLL
    for (int i = 0; i < MR; i++) {
      const R left = T::set(row[i / 3][(i % 3) * rowA]);
      CAUSALLOY_UNROLL
      for (int j = 0; j < NV; j++) sum[i][j] = T::fma(left, right[j], sum[i][j]);
    }
    CAUSALLOY_UNROLL
    for (int g = 0; g < groups; g++) row[g] += stepA;
    b += stepB;
  }
  if (adds)
    CAUSALLOY_UNROLL
    for (int i = 0; i < MR; i++)
      CAUSALLOY_UNROLL
      for (int j = 0; j < NV; j++) sum[i][j] = T::add(sum[i][j], T::load(c + i * ldc + j * T::width));
  if (ending != nullptr) {
    const Ending e = *ending;
    CAUSALLOY_UNROLL
    for (int i = 0; i < MR; i++)
      CAUSALLOY_UNROLL
      for (int j = 0; j < NV; j++)
        sum[i][j] = ended<T>(e, sum[i][j], T::load(e.q + i * e.row + j * T::width));
  }
  CAUSALLOY_UNROLL
  for (int i = 0; i < MR; i++)
    CAUSALLOY_UNROLL
    for (int j = 0; j < NV; j++) T::store(c + i * ldc + j * T::width, sum[i][j]);
}

using Block = void (*)(const float*, ptrdiff_t, ptrdiff_t, const float*, ptrdiff_t, ptrdiff_t, float*, ptrdiff_t, bool,
                       const Ending*);

/** Dots of MR rows of a with NR rows of b, both dense along `inner`: c[i·ldc + j] = or += a[i, ·]·b[j, ·]. */
template <class T, int MR, int NR>
static void dots(const float* a, ptrdiff_t lda, const float* b, ptrdiff_t ldb, ptrdiff_t inner, float* c,
                 ptrdiff_t ldc, bool adds) {
  using R = typename T::R;
  R sum[MR][NR];
  CAUSALLOY_UNROLL
  for (int i = 0; i < MR; i++)
    CAUSALLOY_UNROLL
    for (int j = 0; j < NR; j++) sum[i][j] = T::zero();
  ptrdiff_t p = 0;
  for (; p + T::width <= inner; p += T::width) {
    R left[MR];
    CAUSALLOY_UNROLL
    for (int i = 0; i < MR; i++) left[i] = T::load(a + i * lda + p);
    CAUSALLOY_UNROLL
    for (int j = 0; j < NR; j++) {
      const R right = T::load(b + j * ldb + p);
      CAUSALLOY_UNROLL
      for (int i = 0; i < MR; i++) sum[i][j] = T::fma(left[i], right, sum[i][j]);
    }
  }
  if (p < inner) {
    const int rest = static_cast<int>(inner - p);
    CAUSALLOY_UNROLL
    for (int j = 0; j < NR; j++) {
      const R right = T::loadPart(b + j * ldb + p, rest);
      CAUSALLOY_UNROLL
      for (int i = 0; i < MR; i++) sum[i][j] = T::fma(T::loadPart(a + i * lda + p, rest), right, sum[i][j]);
    }
  }
  CAUSALLOY_UNROLL
  for (int i = 0; i < MR; i++)
    CAUSALLOY_UNROLL
    for (int j = 0; j < NR; j++) c[i * ldc + j] = (adds ? c[i * ldc + j] : 0.0f) + T::total(sum[i][j]);
}

using Dots = void (*)(const float*, ptrdiff_t, const float*, ptrdiff_t, ptrdiff_t, float*, ptrdiff_t, bool);
