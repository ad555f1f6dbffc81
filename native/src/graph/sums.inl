// Sums of a tile into float64 sums: float32 within a tile, float64 from tile to tile.

static double sumOf(const float* a, ptrdiff_t n) {
  constexpr int w = V::width;
  V::R s0 = V::zero(), s1 = V::zero();
  ptrdiff_t i = 0;
  for (; i + 2 * w <= n; i += 2 * w) {
    s0 = V::add(s0, V::load(a + i));
    s1 = V::add(s1, V::load(a + i + w));
  }
  if (i + w <= n) {
    s0 = V::add(s0, V::load(a + i));
    i += w;
  }
  if (i < n) s1 = V::add(s1, V::loadPart(a + i, static_cast<int>(n - i)));
  float lanes[w];
  V::store(lanes, V::add(s0, s1));
  double sum = 0;
  for (int j = 0; j < w; j++) sum += lanes[j];
  return sum;
}

/** Adds every column's sum: sums[c·step]. */
static void sumColumns(const float* a, ptrdiff_t rows, ptrdiff_t columns, double* sums, ptrdiff_t step) {
  constexpr int w = V::width;
  float lanes[w];
  if (columns < w && w % columns == 0) {
    V::R s = V::zero();
    const ptrdiff_t n = rows * columns;
    ptrdiff_t i = 0;
    for (; i + w <= n; i += w) s = V::add(s, V::load(a + i));
    if (i < n) s = V::add(s, V::loadPart(a + i, static_cast<int>(n - i)));
    V::store(lanes, s);
    for (int j = 0; j < w; j++) sums[(j % columns) * step] += lanes[j];
    return;
  }
  ptrdiff_t c = 0;
  for (; c + w <= columns; c += w) {
    V::R s = V::zero();
    for (ptrdiff_t r = 0; r < rows; r++) s = V::add(s, V::load(a + r * columns + c));
    if (step == 1) {
      V::addTo(sums + c, s);
      continue;
    }
    V::store(lanes, s);
    for (int j = 0; j < w; j++) sums[(c + j) * step] += lanes[j];
  }
  for (; c < columns; c++) {
    float s = 0;
    for (ptrdiff_t r = 0; r < rows; r++) s += a[r * columns + c];
    sums[c * step] += s;
  }
}

static void sumTile(const float* a, ptrdiff_t rows, ptrdiff_t columns, double* sums, ptrdiff_t row,
                    ptrdiff_t column) {
  if (row == 0 && column == 0) {
    *sums += sumOf(a, rows * columns);
  } else if (row == 0) {
    sumColumns(a, rows, columns, sums, column);
  } else if (column == 0) {
    for (ptrdiff_t r = 0; r < rows; r++) sums[r * row] += sumOf(a + r * columns, columns);
  } else {
    for (ptrdiff_t r = 0; r < rows; r++) {
      ptrdiff_t c = 0;
      if (column == 1)
        for (; c + V::width <= columns; c += V::width) V::addTo(sums + r * row + c, V::load(a + r * columns + c));
      for (; c < columns; c++) sums[r * row + c * column] += a[r * columns + c];
    }
  }
}

/** Sums of whole columns of a tile, which holds all rows there are: written at once. */
static void writeColumns(const float* a, ptrdiff_t rows, ptrdiff_t columns, float* out) {
  ptrdiff_t c = 0;
  for (; c + V::width <= columns; c += V::width) {
    V::R s = V::load(a + c);
    for (ptrdiff_t r = 1; r < rows; r++) s = V::add(s, V::load(a + r * columns + c));
    V::store(out + c, s);
  }
  for (; c < columns; c++) {
    float s = a[c];
    for (ptrdiff_t r = 1; r < rows; r++) s += a[r * columns + c];
    out[c] = s;
  }
}

/** Writes collected sums to where they belong. */
static void writeSums(const SumSink& s, const double* sums, float* arena) {
  int64_t step = 1;
  bool dense = true;
  for (int d = s.ndims - 1; d >= 0; d--) {
    dense = dense && (s.dims[d] == 1 || s.strides[d] == step);
    step *= s.dims[d];
  }
  if (dense) {
    float* out = arena + s.out;
    for (int64_t i = 0; i < s.count; i++) out[i] = static_cast<float>(sums[i]);
    return;
  }
  int64_t at[maxOuter + 2] = {0};
  int64_t to = s.out;
  for (int64_t i = 0; i < s.count; i++) {
    arena[to] = static_cast<float>(sums[i]);
    for (int d = s.ndims - 1; d >= 0; d--) {
      to += s.strides[d];
      if (++at[d] < s.dims[d]) break;
      to -= s.strides[d] * s.dims[d];
      at[d] = 0;
    }
  }
}
