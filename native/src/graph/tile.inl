// The elementwise program of a tile: loads, operations, stores, sums and updates.

/** What is known of an instruction's operands at the present outer index. */
struct TileState {
  const TileProgram& program;
  Frame& frame;
  int64_t operands[maxOperands];
  int64_t sums[maxSinks];
  int64_t weights[maxSinks];
  /** Broadcast rows that a slot already holds, spread over so many rows and columns. */
  const float* spread[maxOperands];
  ptrdiff_t spreadRows[maxOperands];
  ptrdiff_t spreadColumns[maxOperands];
  float* values[maxValues];
  /** Sums of columns that one tile has all rows of. */
  bool whole[maxSinks];

  TileState(const TileProgram& p, Frame& f) : program(p), frame(f) {
    for (int i = 0; i < p.nsums; i++) whole[i] = false;
    for (int i = 0; i < p.noperands; i++) spread[i] = nullptr;
    for (int i = 0; i < p.values; i++) values[i] = slot(i);
  }
  /** Tells which sums need not be collected, of a domain that is gone over in tiles of `height` rows. */
  void findWhole(const Domain& d, int64_t height) {
    for (int i = 0; i < program.nsums; i++) {
      const SumSink& s = program.sums[i];
      whole[i] = d.nouter == 0 && d.rows <= height && d.columns > 1 && s.dense.row == 0 && s.dense.column == 1 &&
                 s.ndims == 1 && s.strides[0] == 1;
    }
  }
  float* slot(int value) const {
    const int s = program.slotOf[value];
    return s < 0 ? nullptr : frame.slots + static_cast<ptrdiff_t>(s) * tileSize;
  }
  static int64_t base(const Operand& o, const Domain& d, const int64_t* at) {
    int64_t offset = o.offset;
    for (int i = 0; i < d.nouter; i++) offset += at[i] * o.outer[i];
    return offset;
  }
  void clearSums() const {
    for (int i = 0; i < program.nsums; i++) {
      double* collected = frame.sums + program.sums[i].scratch;
      if (!whole[i])
        for (int64_t j = 0; j < program.sums[i].count; j++) collected[j] = 0;
    }
  }
  void moveTo(const Domain& d, const int64_t* at) {
    for (int i = 0; i < program.noperands; i++) operands[i] = base(program.operands[i], d, at);
    for (int i = 0; i < program.nsums; i++) sums[i] = base(program.sums[i].dense, d, at);
    for (int i = 0; i < program.nadams; i++) weights[i] = base(program.adams[i].weights, d, at);
  }
  void finish() {
    for (int i = 0; i < program.nsums; i++)
      if (!whole[i]) writeSums(program.sums[i], frame.sums + program.sums[i].scratch, frame.arena);
  }
};

static bool isDense(ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows, ptrdiff_t columns) {
  return (column == 1 || columns == 1) && (rows == 1 || row == columns);
}

/** Rows of so few numbers that a loop over each would cost more than the copy. */
template <int n>
static void copyNarrow(const float* from, ptrdiff_t row, ptrdiff_t rows, float* to, ptrdiff_t toRow) {
  for (ptrdiff_t r = 0; r < rows; r++, from += row, to += toRow) {
    float part[n];
    for (int i = 0; i < n; i++) part[i] = from[i];
    for (int i = 0; i < n; i++) to[i] = part[i];
  }
}

/** Copies rows of dense columns; false where they are not narrow. */
static bool copiedNarrow(const float* from, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t columns, float* to,
                         ptrdiff_t toRow) {
  switch (columns) {
    case 1: return copyNarrow<1>(from, row, rows, to, toRow), true;
    case 2: return copyNarrow<2>(from, row, rows, to, toRow), true;
    case 3: return copyNarrow<3>(from, row, rows, to, toRow), true;
    case 4: return copyNarrow<4>(from, row, rows, to, toRow), true;
    case 6: return copyNarrow<6>(from, row, rows, to, toRow), true;
    case 8: return copyNarrow<8>(from, row, rows, to, toRow), true;
    default: return false;
  }
}

static void copyRow(float* to, const float* from, ptrdiff_t n) {
  constexpr int w = V::width;
  ptrdiff_t i = 0;
  for (; i + w <= n; i += w) V::store(to + i, V::load(from + i));
  for (; i < n; i++) to[i] = from[i];
}

static void fillRow(float* to, float value, ptrdiff_t n) {
  constexpr int w = V::width;
  const V::R all = V::set(value);
  ptrdiff_t i = 0;
  for (; i + w <= n; i += w) V::store(to + i, all);
  for (; i < n; i++) to[i] = value;
}

/** A strided tile as a dense one. */
static void gatherTile(const float* from, ptrdiff_t row, ptrdiff_t column, ptrdiff_t rows, ptrdiff_t columns,
                       float* to) {
  if (row == 0 && column == 0) return fillRow(to, *from, rows * columns);
  if (row == 1 && column != 1 && column != 0 && rows >= V::width) {
    // Columns are dense the other way round: a transposed operand.
    constexpr ptrdiff_t w = V::width;
    float part[w * w];
    for (ptrdiff_t r = 0; r < rows; r += w) {
      const ptrdiff_t height = rows - r < w ? rows - r : w;
      for (ptrdiff_t c = 0; c < columns; c += w) {
        const ptrdiff_t length = columns - c < w ? columns - c : w;
        const float* corner = from + r + c * column;
        if (height == w && length == w) {
          V::transpose(corner, column, part, w);
          for (ptrdiff_t i = 0; i < w; i++) V::store(to + (r + i) * columns + c, V::load(part + i * w));
        } else {
          for (ptrdiff_t i = 0; i < height; i++)
            for (ptrdiff_t j = 0; j < length; j++) to[(r + i) * columns + c + j] = corner[i + j * column];
        }
      }
    }
    return;
  }
  if (column == 1 && copiedNarrow(from, row, rows, columns, to, columns)) return;
  for (ptrdiff_t r = 0; r < rows; r++, from += row, to += columns) {
    if (column == 1)
      copyRow(to, from, columns);
    else if (column == 0)
      fillRow(to, *from, columns);
    else
      for (ptrdiff_t c = 0; c < columns; c++) to[c] = from[c * column];
  }
}

static void scatterTile(const float* from, ptrdiff_t rows, ptrdiff_t columns, float* to, ptrdiff_t row,
                        ptrdiff_t column) {
  if (column == 1 && copiedNarrow(from, columns, rows, columns, to, row)) return;
  for (ptrdiff_t r = 0; r < rows; r++, from += columns, to += row) {
    if (column == 1)
      copyRow(to, from, columns);
    else
      for (ptrdiff_t c = 0; c < columns; c++) to[c * column] = from[c];
  }
}

static void loadTile(TileState& s, const TileOp& t, int64_t r0, int64_t c0, ptrdiff_t rows, ptrdiff_t columns) {
  const Operand& o = s.program.operands[t.b];
  float* from = s.frame.arena + s.operands[t.b] + r0 * o.row + c0 * o.column;
  if (isDense(o.row, o.column, rows, columns)) {
    s.values[t.dst] = from;
    return;
  }
  float* to = s.slot(t.dst);
  s.values[t.dst] = to;
  if (t.low != 0.0f && o.row == 0) {
    // A broadcast row whose slot is its own: spread once, used for many tiles.
    if (s.spread[t.b] == from && s.spreadRows[t.b] >= rows && s.spreadColumns[t.b] == columns) return;
    s.spread[t.b] = from;
    s.spreadRows[t.b] = rows;
    s.spreadColumns[t.b] = columns;
  }
  gatherTile(from, o.row, o.column, rows, columns, to);
}

static void adamTile(TileState& s, const TileOp& t, int64_t r0, int64_t c0, ptrdiff_t rows, ptrdiff_t columns) {
  const AdamSink& u = s.program.adams[t.b];
  const int64_t at = s.weights[t.b] + r0 * u.weights.row + c0 * u.weights.column;
  const int64_t shift = at - u.weights.offset;
  float* w = s.frame.arena + at;
  float* m = s.frame.arena + u.first + shift;
  float* v = s.frame.arena + u.second + shift;
  const float* g = s.values[t.a];
  const Update update(s.frame, u);
  if (isDense(u.weights.row, u.weights.column, rows, columns)) {
    updateRow(update, w, m, v, g, rows * columns);
    return;
  }
  for (ptrdiff_t r = 0; r < rows; r++, g += columns) {
    const ptrdiff_t to = r * u.weights.row;
    if (u.weights.column == 1) {
      updateRow(update, w + to, m + to, v + to, g, columns);
    } else {
      for (ptrdiff_t c = 0; c < columns; c++) {
        const ptrdiff_t one = to + c * u.weights.column;
        updateRow(update, w + one, m + one, v + one, g + c, 1);
      }
    }
  }
}

/** Runs the program on rows x columns of the domain from (r0, c0) on. Value 0 of a product is set by the caller. */
static void runTile(TileState& s, int64_t r0, int64_t c0, ptrdiff_t rows, ptrdiff_t columns) {
  const TileProgram& p = s.program;
  const ptrdiff_t n = rows * columns;
  for (int i = 0; i < p.nops; i++) {
    const TileOp& t = p.ops[i];
    switch (t.op) {
      case Op::Load:
        loadTile(s, t, r0, c0, rows, columns);
        break;
      case Op::Store: {
        const Operand& o = p.operands[t.b];
        float* to = s.frame.arena + s.operands[t.b] + r0 * o.row + c0 * o.column;
        if (s.values[t.a] != to) scatterTile(s.values[t.a], rows, columns, to, o.row, o.column);
        break;
      }
      case Op::Sum: {
        const SumSink& sink = p.sums[t.b];
        if (s.whole[t.b]) {
          writeColumns(s.values[t.a], rows, columns, s.frame.arena + sink.out + c0);
          break;
        }
        double* sums = s.frame.sums + sink.scratch + s.sums[t.b] + r0 * sink.dense.row + c0 * sink.dense.column;
        sumTile(s.values[t.a], rows, columns, sums, sink.dense.row, sink.dense.column);
        break;
      }
      case Op::Adam:
        adamTile(s, t, r0, c0, rows, columns);
        break;
      default: {
        const int store = p.storeOf[t.dst];
        if (store >= 0) {
          const Operand& o = p.operands[store];
          s.values[t.dst] = isDense(o.row, o.column, rows, columns)
                                ? s.frame.arena + s.operands[store] + r0 * o.row + c0 * o.column
                                : s.slot(t.dst);
        }
        apply(t, s.values[t.dst], s.values[t.a], s.values[t.b < 0 ? t.a : t.b], s.values[t.c < 0 ? t.a : t.c], n);
      }
    }
  }
}

/** The next outer index; false after the last. */
static bool advance(const Domain& d, int64_t* at) {
  for (int i = d.nouter - 1; i >= 0; i--) {
    if (++at[i] < d.outer[i]) return true;
    at[i] = 0;
  }
  return false;
}

static void runElementwise(const ElementwisePlan& plan, Frame& frame) {
  const Domain& d = plan.domain;
  TileState s(plan.program, frame);
  int64_t at[maxOuter] = {0};
  // Sums over rows want tiles of several rows, everything else long ones.
  bool tall = false;
  for (int i = 0; i < plan.program.nsums; i++) tall = tall || plan.program.sums[i].dense.row == 0;
  const int64_t most = tall && d.rows > 1 ? tileSize / (d.rows < 8 ? d.rows : 8) : tileSize;
  const int64_t width = d.columns < most ? d.columns : most;
  const int64_t height = tileSize / width;
  s.findWhole(d, height);
  s.clearSums();
  do {
    s.moveTo(d, at);
    for (int64_t r = 0; r < d.rows; r += height) {
      const ptrdiff_t rows = d.rows - r < height ? d.rows - r : height;
      for (int64_t c = 0; c < d.columns; c += width) {
        const ptrdiff_t columns = d.columns - c < width ? d.columns - c : width;
        runTile(s, r, c, rows, columns);
      }
    }
  } while (advance(d, at));
  s.finish();
}
