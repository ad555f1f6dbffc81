// Softmax of rows, and windows added back into images.

static void runSoftmax(const RowsPlan& p, Frame& f) {
  const ptrdiff_t n = p.columns;
  for (int64_t r = 0; r < p.rows; r++) {
    const float* x = f.arena + p.input + r * n;
    float* y = f.arena + p.output + r * n;
    float most = x[0];
    for (ptrdiff_t i = 1; i < n; i++) most = x[i] > most ? x[i] : most;
    const V::R top = V::set(most);
    map1(y, x, n, [=](V::R v) { return expOf<V>(V::sub(v, top)); });
    const float sum = static_cast<float>(sumOf(y, n));
    if (p.logarithm) {
      float lanes[V::width];
      V::store(lanes, logOf<V>(V::set(sum)));
      const V::R shift = V::set(lanes[0]);
      map1(y, x, n, [=](V::R v) { return V::sub(V::sub(v, top), shift); });
    } else {
      const V::R share = V::set(1.0f / sum);
      map1(y, y, n, [=](V::R v) { return V::mul(v, share); });
    }
  }
}

static inline void addRun(float* to, const float* from, int n) {
  int i = 0;
  for (; i + V::width <= n; i += V::width) V::store(to + i, V::add(V::load(to + i), V::load(from + i)));
  for (; i + Half::width <= n; i += Half::width)
    Half::store(to + i, Half::add(Half::load(to + i), Half::load(from + i)));
  for (; i < n; i++) to[i] += from[i];
}

/** Largest whole number of times that b > 0 goes into a, downwards. */
static inline int quotient(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/**
 * Pixels with the same remainders of row and column by the stride form a plane of their own, into which the windows'
 * rows are added as they lie; the planes are then put together.
 */
static void runScatter(const ScatterPlan& p, Frame& f) {
  const int64_t pixels = static_cast<int64_t>(p.rows) * p.rowLength;
  const int64_t image = static_cast<int64_t>(p.height) * p.width;
  const int s = p.stride;
  const int64_t high = (p.height + s - 1) / s, wide = (p.width + s - 1) / s;
  const float* from = f.arena + p.columns;
  float* out = f.arena + p.output;
  for (int64_t c = 0; c < p.batch * p.channels; c++, out += image) {
    float* planes = s == 1 ? out : f.staged;
    fillRow(planes, 0.0f, high * wide * s * s);
    for (int i = 0; i < p.kernelHeight; i++) {
      const int down = quotient(i - p.padding, s), restY = i - p.padding - down * s;
      const int height = (p.height - restY + s - 1) / s;
      for (int j = 0; j < p.kernelWidth; j++, from += pixels) {
        const int along = quotient(j - p.padding, s), restX = j - p.padding - along * s;
        const int width = (p.width - restX + s - 1) / s;
        const int first = along < 0 ? -along : 0;
        const int last = width - along < p.rowLength ? width - along : p.rowLength;
        float* plane = planes + (static_cast<int64_t>(restY) * s + restX) * high * wide;
        if (last <= first) continue;
        for (int y = down < 0 ? -down : 0; y < p.rows && y + down < height; y++)
          addRun(plane + (y + down) * wide + (first + along), from + static_cast<int64_t>(y) * p.rowLength + first,
                 last - first);
      }
    }
    if (s == 1) continue;
    for (int y = 0; y < p.height; y++) {
      float* row = out + static_cast<int64_t>(y) * p.width;
      const float* own = planes + static_cast<int64_t>(y % s) * s * high * wide + y / s * wide;
      if (s == 2 && p.width % 2 == 0) {
        const float* odd = own + high * wide;
        for (int64_t x = 0; x < wide; x++) {
          row[2 * x] = own[x];
          row[2 * x + 1] = odd[x];
        }
        continue;
      }
      for (int rest = 0; rest < s; rest++, own += high * wide)
        for (int64_t x = 0; x * s + rest < p.width; x++) row[x * s + rest] = own[x];
    }
  }
}
