// Windows of an image (im2col) as right panels of a product.

/**
 * An image with its border of zeros, each row split into `split` rows of every split-th pixel: what a window walks over
 * in steps of stride (or dilation) is dense there.
 */
struct Staging {
  /** Runs along the result's columns, or along the kernel's where those are longer. */
  bool alongKernel;
  int split;
  /** Length of a split row, of a row, of a channel. */
  int64_t part;
  int64_t row;
  int64_t channel;
};

static Staging stagingOf(const Windows& w) {
  Staging s;
  s.alongKernel = w.kernelWidth > w.columns;
  s.split = s.alongKernel ? w.dilation : w.stride;
  s.part = (w.width + 2 * w.padding + s.split - 1) / s.split;
  s.row = s.part * s.split;
  s.channel = s.row * (w.height + 2 * w.padding);
  return s;
}

/** Copies one channel. */
static void stage(const Windows& w, const Staging& s, const float* image, float* out) {
  for (int64_t y = 0; y < w.height + 2 * w.padding; y++, out += s.row) {
    const int64_t from = y - w.padding;
    if (from < 0 || from >= w.height) {
      fillRow(out, 0.0f, s.row);
      continue;
    }
    const float* row = image + from * w.rowStride;
    for (int f = 0; f < s.split; f++) {
      // Pixel q·split + f − padding, from the first inside the image to the last.
      float* part = out + f * s.part;
      int64_t q = 0;
      for (; q < s.part && q * s.split + f < w.padding; q++) part[q] = 0.0f;
      const int64_t left = w.width + w.padding - f;
      const int64_t end = left <= 0 ? 0 : (left + s.split - 1) / s.split;
      const int64_t shift = f - w.padding;
      if (s.split == 1)
        for (; q < end; q++) part[q] = row[q + shift];
      else if (s.split == 2)
        for (; q < end; q++) part[q] = row[2 * q + shift];
      else
        for (; q < end; q++) part[q] = row[q * s.split + shift];
      for (; q < s.part; q++) part[q] = 0.0f;
    }
  }
}

static inline void copyRun(float* to, const float* from, int n) {
  int i = 0;
  for (; i + V::width <= n; i += V::width) V::store(to + i, V::load(from + i));
  for (; i + Half::width <= n; i += Half::width) Half::store(to + i, Half::load(from + i));
  for (; i < n; i++) to[i] = from[i];
}

/**
 * Right panel of `width` columns (those from `columns` on zero) of a staged image: rows first…first + inner − 1 of
 * (channel, i, j), columns from…from + columns − 1 of (y, x).
 */
static void packWindows(const float* image, const Windows& w, const Staging& s, int64_t first, int64_t inner,
                        int64_t from, int columns, int width, float* out) {
  const int kernel = w.kernelHeight * w.kernelWidth;
  if (columns < width)
    for (int64_t p = 0; p < inner; p++)
      for (int n = columns; n < width; n++) out[p * width + n] = 0.0f;
  const auto place = [&](int64_t y, int64_t i, int64_t steps) {
    return (y * w.stride + i * w.dilation) * s.row + steps % s.split * s.part + steps / s.split;
  };
  if (s.alongKernel) {
    const float* rows[panelWidth];
    int64_t p = 0;
    while (p < inner) {
      const int64_t k = first + p;
      const int64_t channel = k / kernel, i = k % kernel / w.kernelWidth, j = k % w.kernelWidth;
      const int64_t run = lesser(w.kernelWidth - j, inner - p);
      for (int n = 0; n < columns; n++) {
        const int64_t at = from + n;
        rows[n] = image + channel * s.channel + place(at / w.columns, i, at % w.columns * w.stride) + j;
      }
      int n = 0;
      for (; n + V::width <= columns; n += V::width) {
        int64_t q = 0;
        for (; q + V::width <= run; q += V::width) V::transpose(rows + n, q, out + (p + q) * width + n, width);
        for (; q < run; q++)
          for (int l = 0; l < V::width; l++) out[(p + q) * width + n + l] = rows[n + l][q];
      }
      for (; n < columns; n++)
        for (int64_t q = 0; q < run; q++) out[(p + q) * width + n] = rows[n][q];
      p += run;
    }
    return;
  }
  // The panel's columns as runs within rows of the result.
  int starts[panelWidth], lengths[panelWidth], runs = 0;
  int64_t offsets[panelWidth];
  for (int n = 0; n < columns;) {
    const int64_t at = from + n, x = at % w.columns;
    starts[runs] = n;
    lengths[runs] = static_cast<int>(lesser(w.columns - x, columns - n));
    offsets[runs] = at / w.columns * w.stride * s.row + x;
    n += lengths[runs++];
  }
  int64_t channel = first / kernel;
  int i = static_cast<int>(first % kernel) / w.kernelWidth, j = static_cast<int>(first % w.kernelWidth);
  for (int64_t p = 0; p < inner; p++, out += width) {
    const float* base = image + channel * s.channel + place(0, i, static_cast<int64_t>(j) * w.dilation);
    if (runs == 1 && columns == panelWidth) {
      V::store(out, V::load(base + offsets[0]));
      V::store(out + V::width, V::load(base + offsets[0] + V::width));
    } else {
      for (int r = 0; r < runs; r++) copyRun(out + starts[r], base + offsets[r], lengths[r]);
    }
    if (++j == w.kernelWidth) {
      j = 0;
      if (++i == w.kernelHeight) {
        i = 0;
        channel++;
      }
    }
  }
}
