// Copies of operands in the order in which register blocks read them.

/** Transposes `rows` x `columns` of a (rows lda apart, columns dense) into b (columns ldb apart, rows dense). */
static void transposed(const float* a, ptrdiff_t lda, int rows, ptrdiff_t columns, float* b, ptrdiff_t ldb) {
  constexpr int w = V::width;
  int i = 0;
  for (; i + w <= rows; i += w) {
    ptrdiff_t j = 0;
    for (; j + w <= columns; j += w) V::transpose(a + i * lda + j, lda, b + j * ldb + i, ldb);
    for (; j < columns; j++)
      for (int r = 0; r < w; r++) b[j * ldb + i + r] = a[(i + r) * lda + j];
  }
  for (; i < rows; i++)
    for (ptrdiff_t j = 0; j < columns; j++) b[j * ldb + i] = a[i * lda + j];
}

/** Left panel: out[p·rows + i] = a[i·row + p·step]. */
static void packLeft(const float* a, ptrdiff_t row, ptrdiff_t step, int rows, ptrdiff_t inner, float* out) {
  if (step == 1) {
    transposed(a, row, rows, inner, out, rows);
    return;
  }
  for (ptrdiff_t p = 0; p < inner; p++)
    for (int i = 0; i < rows; i++) out[p * rows + i] = a[i * row + p * step];
}

/** Right panel of `width` columns, those from `columns` on zero: out[p·width + j] = b[p·step + j·column]. */
static void packRight(const float* b, ptrdiff_t step, ptrdiff_t column, int columns, int width, ptrdiff_t inner,
                      float* out) {
  constexpr int w = V::width;
  if (columns < width)
    for (ptrdiff_t p = 0; p < inner; p++)
      for (int j = columns; j < width; j++) out[p * width + j] = 0.0f;
  if (column == 1) {
    for (ptrdiff_t p = 0; p < inner; p++, b += step, out += width) {
      int j = 0;
      for (; j + w <= columns; j += w) V::store(out + j, V::load(b + j));
      for (; j < columns; j++) out[j] = b[j];
    }
    return;
  }
  if (step == 1) {
    transposed(b, column, columns, inner, out, width);
    return;
  }
  for (ptrdiff_t p = 0; p < inner; p++)
    for (int j = 0; j < columns; j++) out[p * width + j] = b[p * step + j * column];
}

/** Multiplies row p of a right panel by scale[p·step]. */
static void scaleRight(float* panel, int width, ptrdiff_t inner, const float* scale, ptrdiff_t step) {
  constexpr int w = V::width;
  for (ptrdiff_t p = 0; p < inner; p++, panel += width) {
    const V::R factor = V::set(scale[p * step]);
    int j = 0;
    for (; j + w <= width; j += w) V::store(panel + j, V::mul(V::load(panel + j), factor));
    for (; j < width; j++) panel[j] *= scale[p * step];
  }
}
