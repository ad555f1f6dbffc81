// Products of matrices, stacked over outer axes, with a program on each finished block of the result.

/** Floats of packed right panels: they stay in the second-level cache. */
constexpr int64_t packedFloats = 64 * 1024;
/** Floats of a block of the result on which a program runs: it stays in the first-level cache. */
constexpr int64_t blockFloats = 4096;
constexpr int64_t mostInner = V::width == 16 ? 192 : 256;

#define CAUSALLOY_TWELVE(M) {M(1), M(2), M(3), M(4), M(5), M(6), M(7), M(8), M(9), M(10), M(11), M(12)}
#define CAUSALLOY_WIDE(n) block<V, (n < mostRows ? n : mostRows), 2>
#define CAUSALLOY_SINGLE(n) block<V, n, 1>
#define CAUSALLOY_HALF(n) block<Half, n, 1>
static const Block wideBlocks[12] = CAUSALLOY_TWELVE(CAUSALLOY_WIDE);
static const Block singleBlocks[12] = CAUSALLOY_TWELVE(CAUSALLOY_SINGLE);
static const Block halfBlocks[12] = CAUSALLOY_TWELVE(CAUSALLOY_HALF);

#define CAUSALLOY_BROAD(n) block<V, (n < 3 ? n : 3), 4>
static const Block broadBlocks[12] = CAUSALLOY_TWELVE(CAUSALLOY_BROAD);
#define CAUSALLOY_DOTS(n) \
  {dots<V, (n < dotRows ? n : dotRows), 1>, dots<V, (n < dotRows ? n : dotRows), 2>, \
   dots<V, (n < dotRows ? n : dotRows), 3>, dots<V, (n < dotRows ? n : dotRows), 4>}
constexpr int dotColumns = 4;
static const Dots dotBlocks[4][dotColumns] = {CAUSALLOY_DOTS(1), CAUSALLOY_DOTS(2), CAUSALLOY_DOTS(3), CAUSALLOY_DOTS(4)};
/** Numbers of a row that are multiplied at a time, so that rows are still in the cache for the next partner. */
constexpr int64_t dotInner = 1024;

static inline int64_t parts(int64_t n, int64_t size) { return (n + size - 1) / size; }

/** How one product is cut. */
struct Cut {
  int64_t rows;
  int64_t columns;
  int64_t inner;
  /** Most rows of a register block. */
  int blockRows;
  bool packsLeft;
  bool packsRight;
  /** Right panels are packed once for all row blocks. */
  bool once;
  bool throughBlock;
  /** Both operands lie along the inner axis, which is long: sums of vectors instead of packed panels. */
  bool dots;
};

static int64_t padded(int64_t columns) { return parts(columns, panelWidth) * panelWidth; }

static Cut cutOf(const ProductPlan& p) {
  const int64_t m = p.domain.rows, n = p.domain.columns, k = p.inner;
  Cut c;
  c.blockRows = n <= V::width ? 12 : mostRows;
  const bool works = p.program.nops > 0;
  c.throughBlock = p.direct < 0;
  c.dots = !p.windowed && !p.scaled && p.a.column == 1 && p.b.row == 1 && p.b.column != 1 && k >= 256 &&
           lesser(m, n) <= 16 && m * n <= 4 * blockFloats && n <= tileSize;
  if (c.dots) {
    c.packsLeft = c.packsRight = false;
    c.once = true;
    c.rows = m;
    c.columns = n;
    c.inner = lesser(k, dotInner);
    return c;
  }
  const bool canRead = !p.windowed && !p.scaled && p.b.column == 1;
  const int64_t rowBlocks = parts(m, c.blockRows);
  c.packsRight = !canRead || (rowBlocks > 2 && p.b.row > 256 && k > 8);
  c.inner = lesser(k, mostInner);
  if (!c.packsRight && p.b.row >= 1024 && k > 32) c.inner = 32;
  c.columns = n;
  c.once = true;
  if (c.packsRight) {
    const int64_t fit = packedFloats / (k * p.blocks) / panelWidth * panelWidth;
    if (fit >= lesser(padded(n), 4 * panelWidth)) {
      c.columns = lesser(n, fit);
    } else {
      c.once = false;
      c.columns = lesser(n, 8 * panelWidth);
    }
  } else if (p.b.row >= 1024) {
    c.columns = lesser(n, 512);
  }
  if (works || c.throughBlock) c.columns = lesser(c.columns, tileSize);
  c.rows = m;
  if (works || c.throughBlock) {
    const int64_t most = c.once ? blockFloats : 4 * blockFloats;
    const int64_t fit = most / padded(c.columns);
    if (fit < m) c.rows = fit < c.blockRows ? c.blockRows : fit / c.blockRows * c.blockRows;
  }
  const int64_t panels = parts(c.columns, panelWidth);
  c.packsLeft = panels >= 3 && p.a.column != 1 && (p.a.column >= 256 || p.a.row != 1);
  if (panels >= 4 && p.a.column == 1 && p.a.row >= 1024 && p.a.row % 256 == 0) c.packsLeft = true;
  if (c.packsLeft) c.rows = lesser(c.rows, 16 * 1024 / c.inner / c.blockRows * c.blockRows + c.blockRows);
  return c;
}

static ProductSpace productSpace(const ProductPlan& p) {
  const Cut c = cutOf(p);
  ProductSpace s = {0, 0, 0, 0};
  if (c.packsLeft) s.packedA = c.inner * (c.rows + c.blockRows);
  if (c.packsRight) s.packedB = padded(c.columns) * (c.once ? p.inner * p.blocks : c.inner);
  if (c.throughBlock) s.block = c.rows * padded(c.columns);
  if (p.windowed) s.staged = stagingOf(p.windows).channel * p.windows.channels * p.blocks;
  return s;
}

/** Packs rows k0…k0 + inner − 1 of columns j0…j0 + columns − 1 as panels one after the other. */
static void packPanels(const ProductPlan& p, const Frame& f, int64_t base, int64_t scale, int64_t kb, int64_t k0,
                       int64_t inner, int64_t j0, int64_t columns, float* out) {
  const float* b = f.arena + base + kb * p.bBlock;
  const Staging staging = p.windowed ? stagingOf(p.windows) : Staging();
  for (int64_t j = 0; j < columns; j += panelWidth) {
    const int n = static_cast<int>(lesser(columns - j, panelWidth));
    const int width = n > V::width ? panelWidth : (n > Half::width ? V::width : Half::width);
    if (p.windowed)
      packWindows(f.staged + kb * p.windows.channels * staging.channel, p.windows, staging, k0, inner, j0 + j, n, width,
                  out);
    else
      packRight(b + k0 * p.b.row + (j0 + j) * p.b.column, p.b.row, p.b.column, n, width, inner, out);
    if (p.scaled)
      scaleRight(out, width, inner, f.arena + scale + kb * p.scaleBlock + k0 * p.scale.column, p.scale.column);
    out += width * inner;
  }
}

/** Balanced register blocks: rows of block i of `count`. */
static inline int rowsOf(int64_t rows, int64_t count, int64_t i) {
  return static_cast<int>(rows / count + (i < rows % count ? 1 : 0));
}

static void packLeftBlocks(const float* a, const ProductPlan& p, int64_t rows, int blockRows, int64_t inner,
                           float* out) {
  const int64_t count = parts(rows, blockRows);
  for (int64_t i = 0; i < count; i++) {
    const int n = rowsOf(rows, count, i);
    packLeft(a, p.a.row, p.a.column, n, inner, out);
    a += n * p.a.row;
    out += n * inner;
  }
}

static void multiplyDots(const ProductPlan& p, const float* a, const float* b, int64_t rows, int64_t columns,
                         int64_t inner, float* c, ptrdiff_t ldc, bool adds) {
  for (int64_t j = 0; j < columns; j += dotColumns) {
    const int64_t n = lesser(dotColumns, columns - j);
    for (int64_t i = 0; i < rows; i += dotRows) {
      const int64_t m = lesser(dotRows, rows - i);
      dotBlocks[m - 1][n - 1](a + i * p.a.row, p.a.row, b + j * p.b.column, p.b.column, inner, c + i * ldc + j, ldc, adds);
    }
  }
}

/** The ending of the element (row, column) of a block; null stays null. */
static inline const Ending* at(const Ending* ending, Ending& own, int64_t row, int64_t column) {
  if (ending == nullptr) return nullptr;
  own = *ending;
  own.q += row * own.row + column;
  return &own;
}

static void endRow(const Ending& e, int64_t row, float* c, int64_t n) {
  const float* q = e.q + row * e.row;
  map2(c, c, q, n, [&](V::R v, V::R own) { return ended<V>(e, v, own); });
}

/** One block of the result: rows x columns at c, over `inner` of the sum. */
static void multiplyBlock(const ProductPlan& p, const Cut& cut, const float* a, const float* packedA, const float* b,
                          const float* packedB, int64_t rows, int64_t columns, int64_t inner, float* c,
                          ptrdiff_t ldc, bool adds, const Ending* ending) {
  const int64_t count = parts(rows, cut.blockRows);
  const bool far = packedB == nullptr && p.b.row > 256;
  float edge[12 * panelWidth];
  for (int64_t j = 0; j < columns;) {
    if (packedB == nullptr && rows <= 3 && columns - j >= 2 * panelWidth) {
      // Few rows: twice the columns at a time, so that enough sums are under way.
      Ending own;
      broadBlocks[rows - 1](a, p.a.row, p.a.column, b + j, p.b.row, inner, c + j, ldc, adds, at(ending, own, 0, j));
      j += 2 * panelWidth;
      continue;
    }
    const int n = static_cast<int>(lesser(columns - j, panelWidth));
    const int width = n > V::width ? panelWidth : (n > Half::width ? V::width : Half::width);
    const Block* table = n > V::width ? wideBlocks : (n > Half::width ? singleBlocks : halfBlocks);
    const float* right = packedB != nullptr ? packedB : b + j;
    const ptrdiff_t step = packedB != nullptr ? width : p.b.row;
    if (far)
      for (int64_t k = 0; k < inner; k++)
        for (int l = 0; l < panelWidth; l += 16) V::ask(right + k * step + 2 * panelWidth + l);
    const float* left = packedA != nullptr ? packedA : a;
    float* to = c + j;
    for (int64_t i = 0, row0 = 0; i < count; i++) {
      const int m = rowsOf(rows, count, i);
      Ending own;
      const Ending* end = at(ending, own, row0, j);
      row0 += m;
      const ptrdiff_t row = packedA != nullptr ? 1 : p.a.row;
      const ptrdiff_t along = packedA != nullptr ? m : p.a.column;
      if (n == width) {
        table[m - 1](left, row, along, right, step, inner, to, ldc, adds, end);
      } else {
        table[m - 1](left, row, along, right, step, inner, edge, width, false, nullptr);
        for (int r = 0; r < m; r++) {
          float* own = to + r * ldc;
          for (int s = 0; s < n; s++) own[s] = (adds ? own[s] : 0.0f) + edge[r * width + s];
          if (end != nullptr) endRow(*end, r, own, n);
        }
      }
      left += packedA != nullptr ? m * inner : m * p.a.row;
      to += m * ldc;
    }
    if (packedB != nullptr) packedB += width * inner;
    j += n;
  }
}

/** Runs the program on a finished block, in tiles of a few rows. */
static void finishBlock(TileState& s, int result, float* c, ptrdiff_t ldc, int64_t i0, int64_t j0, int64_t rows,
                        int64_t columns) {
  // A long row alone lies densely in memory as well: nothing need be copied to or from a tile.
  const int64_t height = columns >= 256 ? 1 : tileSize / columns;
  for (int64_t r = 0; r < rows; r += height) {
    const int64_t n = lesser(height, rows - r);
    if (ldc == columns || n == 1) {
      s.values[result] = c + r * ldc;
    } else {
      s.values[result] = s.slot(result);
      gatherTile(c + r * ldc, ldc, 1, n, columns, s.values[result]);
    }
    runTile(s, i0 + r, j0, n, columns);
  }
}

/** Whether the product is nothing but a gradient of few terms, by which weights are moved at once. */
static bool isFewUpdate(const ProductPlan& p) {
  const TileProgram& t = p.program;
  return t.nops == 1 && t.ops[0].op == Op::Adam && t.adams[0].weights.column == 1 && p.direct < 0 && p.blocks == 1 &&
         p.inner <= mostFew && p.b.column == 1 && !p.scaled && !p.windowed;
}

static void runFewUpdate(const ProductPlan& p, Frame& f) {
  const Domain& d = p.domain;
  const AdamSink& u = p.program.adams[0];
  constexpr int64_t chunk = 512;
  const Update update(f, u);
  int64_t at[maxOuter] = {0};
  do {
    const float* a = f.arena + TileState::base(p.a, d, at);
    const float* b = f.arena + TileState::base(p.b, d, at);
    const int64_t to = TileState::base(u.weights, d, at);
    const int64_t shift = to - u.weights.offset;
    for (int64_t j = 0; j < d.columns; j += chunk)
      updateByFewOf[update.decays ? 1 : 0][p.inner - 1](update, a, p.a.row, p.a.column, b + j, p.b.row, f.arena + to + j,
                                 f.arena + u.first + shift + j, f.arena + u.second + shift + j, u.weights.row, d.rows,
                                 lesser(chunk, d.columns - j));
  } while (advance(d, at));
}

static void runProduct(const ProductPlan& p, Frame& f) {
  if (isFewUpdate(p)) return runFewUpdate(p, f);
  const Domain& d = p.domain;
  const Cut cut = cutOf(p);
  const bool works = p.program.nops > 0;
  TileState s(p.program, f);
  s.clearSums();
  int64_t at[maxOuter] = {0};
  int64_t packedFor = -1, scaledFor = -1, packedColumn = -1, stagedFor = -1;
  do {
    s.moveTo(d, at);
    const int64_t aBase = TileState::base(p.a, d, at);
    const int64_t bBase = TileState::base(p.b, d, at);
    const int64_t scale = p.scaled ? TileState::base(p.scale, d, at) : 0;
    if (p.windowed && stagedFor != bBase) {
      stagedFor = bBase;
      const Staging staging = stagingOf(p.windows);
      float* to = f.staged;
      for (int64_t kb = 0; kb < p.blocks; kb++)
        for (int c = 0; c < p.windows.channels; c++, to += staging.channel)
          stage(p.windows, staging, f.arena + bBase + kb * p.bBlock + c * p.windows.channelStride, to);
    }
    for (int64_t j0 = 0; j0 < d.columns; j0 += cut.columns) {
      const int64_t columns = lesser(cut.columns, d.columns - j0);
      const int64_t width = padded(columns);
      if (cut.packsRight && cut.once && (packedFor != bBase || scaledFor != scale || packedColumn != j0)) {
        packedFor = bBase;
        scaledFor = scale;
        packedColumn = j0;
        for (int64_t kb = 0; kb < p.blocks; kb++)
          for (int64_t k0 = 0; k0 < p.inner; k0 += cut.inner)
            packPanels(p, f, bBase, scale, kb, k0, lesser(cut.inner, p.inner - k0), j0, columns,
                       f.packedB + (kb * p.inner + k0) * width);
      }
      for (int64_t i0 = 0; i0 < d.rows; i0 += cut.rows) {
        const int64_t rows = lesser(cut.rows, d.rows - i0);
        float* c = f.block;
        ptrdiff_t ldc = columns;
        if (!cut.throughBlock) {
          const Operand& o = p.program.operands[p.direct];
          c = f.arena + s.operands[p.direct] + i0 * o.row + j0;
          ldc = o.row;
        }
        Ending ending;
        if (p.finishes) {
          const Operand& q = p.program.operands[p.finish.operand];
          ending.q = f.arena + s.operands[p.finish.operand] + i0 * q.row + j0;
          ending.row = q.row;
          ending.multiplies = p.finish.op == Op::MulStep;
          ending.relu = p.finish.relu;
        }
        bool adds = false;
        for (int64_t kb = 0; kb < p.blocks; kb++) {
          for (int64_t k0 = 0; k0 < p.inner; k0 += cut.inner) {
            const int64_t inner = lesser(cut.inner, p.inner - k0);
            const bool isLast = kb + 1 == p.blocks && k0 + inner == p.inner;
            const float* a = f.arena + aBase + kb * p.aBlock + i0 * p.a.row + k0 * p.a.column;
            const float* b = p.windowed ? nullptr : f.arena + bBase + kb * p.bBlock + k0 * p.b.row + j0 * p.b.column;
            const float* packedB = nullptr;
            if (cut.packsRight && cut.once) {
              packedB = f.packedB + (kb * p.inner + k0) * width;
            } else if (cut.packsRight) {
              packPanels(p, f, bBase, scale, kb, k0, inner, j0, columns, f.packedB);
              packedB = f.packedB;
            }
            if (cut.dots) {
              multiplyDots(p, a, b, rows, columns, inner, c, ldc, adds);
              adds = true;
              if (isLast && p.finishes)
                for (int64_t r = 0; r < rows; r++) endRow(ending, r, c + r * ldc, columns);
              continue;
            }
            if (cut.packsLeft) packLeftBlocks(a, p, rows, cut.blockRows, inner, f.packedA);
            multiplyBlock(p, cut, a, cut.packsLeft ? f.packedA : nullptr, b, packedB, rows, columns, inner, c, ldc,
                          adds, isLast && p.finishes ? &ending : nullptr);
            adds = true;
          }
        }
        if (works) finishBlock(s, p.result, c, ldc, i0, j0, rows, columns);
      }
    }
  } while (advance(d, at));
  s.finish();
}
