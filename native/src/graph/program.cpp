#include "program.h"

#include <cstring>

namespace causalloy {

namespace {
constexpr int32_t magic = 0x43614c31;

void require(bool holds, const char* what) {
  if (!holds) throw ProgramError(std::string("the compiled program is damaged: ") + what);
}
}  // namespace

class Program::Reader {
 public:
  Reader(const int32_t* words, size_t length) : at(words), end(words + length) {}
  int32_t word() {
    require(at < end, "it ends early");
    return *at++;
  }
  int32_t within(int32_t low, int64_t high, const char* what) {
    const int32_t value = word();
    require(value >= low && value <= high, what);
    return value;
  }
  float number() {
    const int32_t bits = word();
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  bool done() const { return at == end; }

 private:
  const int32_t* at;
  const int32_t* end;
};

template <class T>
T* Program::keep(size_t n) {
  std::shared_ptr<T> owned(new T[n](), [](T* p) { delete[] p; });
  kept.push_back(owned);
  return owned.get();
}

Program::Program(const int32_t* words, size_t length, const Kernels& kernels) {
  Reader in(words, length);
  require(in.word() == magic, "it does not start as one");
  arenaFloats = in.within(1, INT32_MAX - 64, "size of the arena");
  loss = in.within(-1, arenaFloats - 1, "place of the loss");
  beta1 = in.number();
  beta2 = in.number();
  rest1 = in.number();
  rest2 = in.number();
  epsilon = in.number();
  while (!in.done()) {
    read(in, static_cast<Kind>(in.word()), kernels);
    require(slotFloats + space.packedA + space.packedB + space.block + space.staged < INT32_MAX, "it wants too much memory");
  }
}

Domain Program::domain(Reader& in) {
  Domain d = {};
  d.nouter = in.within(0, maxOuter, "number of axes");
  for (int i = 0; i < d.nouter; i++) d.outer[i] = in.within(1, INT32_MAX, "length of an axis");
  d.rows = in.within(1, INT32_MAX, "number of rows");
  d.columns = in.within(1, INT32_MAX, "number of columns");
  return d;
}

/** Strides of a domain; every element must lie in 0…limit − 1. */
Operand Program::operand(Reader& in, const Domain& d, int64_t limit) {
  Operand o = {};
  o.offset = in.word();
  o.row = in.word();
  o.column = in.word();
  int64_t low = o.offset, high = o.offset;
  const auto reach = [&](int64_t stride, int64_t length) {
    const int64_t far = stride * (length - 1);
    (far < 0 ? low : high) += far;
  };
  reach(o.row, d.rows);
  reach(o.column, d.columns);
  for (int i = 0; i < d.nouter; i++) {
    o.outer[i] = in.word();
    reach(o.outer[i], d.outer[i]);
  }
  require(low >= 0 && high < limit, "an operand leaves its memory");
  return o;
}

TileProgram Program::tile(Reader& in, const Domain& d, bool product) {
  TileProgram p = {};
  p.values = in.within(0, maxValues, "number of values");
  p.slots = in.within(0, 1024, "number of slots");
  int* slots = keep<int>(static_cast<size_t>(p.values) + 1);
  int* stores = keep<int>(static_cast<size_t>(p.values) + 1);
  for (int i = 0; i < p.values; i++) slots[i] = in.within(0, p.slots - 1, "slot of a value");
  p.slotOf = slots;
  p.noperands = in.within(0, maxOperands, "number of operands");
  Operand* operands = keep<Operand>(static_cast<size_t>(p.noperands) + 1);
  for (int i = 0; i < p.noperands; i++) operands[i] = operand(in, d, arenaFloats);
  p.operands = operands;
  for (int i = 0; i < p.values; i++) stores[i] = in.within(-1, p.noperands - 1, "store of a value");
  p.storeOf = stores;

  p.nsums = in.within(0, maxSinks, "number of sums");
  SumSink* sums = keep<SumSink>(static_cast<size_t>(p.nsums) + 1);
  int64_t scratch = 0;
  for (int i = 0; i < p.nsums; i++) {
    SumSink& s = sums[i];
    s.count = in.within(1, arenaFloats, "length of a sum");
    s.dense = operand(in, d, s.count);
    s.scratch = scratch;
    scratch += s.count;
    s.out = in.within(0, arenaFloats - 1, "place of a sum");
    s.ndims = in.within(0, maxOuter + 2, "axes of a sum");
    int64_t total = 1, high = s.out, low = s.out;
    for (int j = 0; j < s.ndims; j++) {
      s.dims[j] = in.within(1, INT32_MAX, "axis of a sum");
      s.strides[j] = in.word();
      total *= s.dims[j];
      const int64_t far = s.strides[j] * (s.dims[j] - 1);
      (far < 0 ? low : high) += far;
    }
    require(total == s.count && low >= 0 && high < arenaFloats, "a sum leaves its memory");
  }
  p.sums = sums;
  if (scratch > sumDoubles) sumDoubles = scratch;

  p.nadams = in.within(0, maxSinks, "number of updates");
  AdamSink* adams = keep<AdamSink>(static_cast<size_t>(p.nadams) + 1);
  for (int i = 0; i < p.nadams; i++) {
    AdamSink& u = adams[i];
    u.weights = operand(in, d, arenaFloats);
    u.first = in.word();
    u.second = in.word();
    // Moments have the strides of the weights: the same distance must stay inside.
    int64_t far = 0;
    const auto reach = [&](int64_t stride, int64_t length) { far += (stride < 0 ? -1 : 1) * stride * (length - 1); };
    reach(u.weights.row, d.rows);
    reach(u.weights.column, d.columns);
    for (int j = 0; j < d.nouter; j++) reach(u.weights.outer[j], d.outer[j]);
    require(u.first >= 0 && u.first + far < arenaFloats && u.second >= 0 && u.second + far < arenaFloats,
            "moments leave their memory");
    u.rate = in.number();
    u.decay = in.number();
  }
  p.adams = adams;

  p.nops = in.within(0, 4 * maxValues, "number of operations");
  TileOp* ops = keep<TileOp>(static_cast<size_t>(p.nops) + 1);
  std::vector<bool> known(static_cast<size_t>(p.values), false);
  if (product && p.values > 0) known[0] = true;
  const auto isKnown = [&](int v) { return v >= 0 && v < p.values && known[static_cast<size_t>(v)]; };
  for (int i = 0; i < p.nops; i++) {
    TileOp& t = ops[i];
    t.op = static_cast<Op>(in.word());
    t.dst = in.within(-1, p.values - 1, "result of an operation");
    t.a = in.within(-1, p.values - 1, "first value of an operation");
    t.b = in.word();
    t.c = in.within(-1, p.values - 1, "third value of an operation");
    t.low = in.number();
    t.high = in.number();
    const int code = static_cast<int>(t.op);
    switch (t.op) {
      case Op::Load:
        require(t.b >= 0 && t.b < p.noperands && t.dst >= 0, "a load");
        break;
      case Op::Store:
        require(t.b >= 0 && t.b < p.noperands && isKnown(t.a), "a store");
        break;
      case Op::Sum:
        require(t.b >= 0 && t.b < p.nsums && isKnown(t.a), "a sum");
        break;
      case Op::Adam:
        require(t.b >= 0 && t.b < p.nadams && isKnown(t.a), "an update");
        break;
      default:
        require(code >= 10 && code <= 50 && t.dst >= 0 && isKnown(t.a), "an operation");
        require(code < 40 || isKnown(t.b), "second value of an operation");
        require(code < 50 || isKnown(t.c), "third value of an operation");
        if (code < 40) t.b = -1;
        if (code < 50) t.c = -1;
    }
    if (t.dst >= 0) known[static_cast<size_t>(t.dst)] = true;
  }
  p.ops = ops;
  const int64_t floats = static_cast<int64_t>(p.slots) * tileSize;
  if (floats > slotFloats) slotFloats = floats;
  return p;
}

/**
 * Lets the first operations of a product's program be done in registers: load q, v + q or v·step(q), and relu behind it,
 * where nothing else reads what stands between. What is stored next is then written at once.
 */
void Program::peel(ProductPlan& p) {
  TileProgram& t = p.program;
  if (p.direct >= 0 || t.nops < 2 || t.ops[0].op != Op::Load) return;
  const TileOp &load = t.ops[0], &first = t.ops[1];
  const bool adds = first.op == Op::Add && ((first.a == 0 && first.b == load.dst) || (first.a == load.dst && first.b == 0));
  const bool steps = first.op == Op::MulStep && first.a == 0 && first.b == load.dst;
  if ((!adds && !steps) || t.operands[load.b].column != 1) return;
  int done = 2, result = first.dst;
  bool relu = false;
  const auto readAfter = [&](int value, int from) {
    for (int i = from; i < t.nops; i++) {
      const TileOp& o = t.ops[i];
      const int code = static_cast<int>(o.op);
      if (o.op != Op::Load && (o.a == value || (code >= 40 && o.b == value) || (code >= 50 && o.c == value))) return true;
    }
    return false;
  };
  if (readAfter(0, 2) || readAfter(load.dst, 2)) return;
  if (t.nops > 2 && t.ops[2].op == Op::Relu && t.ops[2].a == result && !readAfter(result, 3)) {
    relu = true;
    result = t.ops[2].dst;
    done = 3;
  }
  p.finishes = true;
  p.finish = {first.op, relu, load.b};
  p.result = result;
  TileOp* rest = keep<TileOp>(static_cast<size_t>(t.nops) + 1);
  int left = 0;
  for (int i = done; i < t.nops; i++) {
    const TileOp& o = t.ops[i];
    if (p.direct < 0 && o.op == Op::Store && o.a == result && t.operands[o.b].column == 1)
      p.direct = o.b;
    else
      rest[left++] = o;
  }
  t.ops = rest;
  t.nops = left;
}

void Program::read(Reader& in, Kind kind, const Kernels& kernels) {
  switch (kind) {
    case Kind::Elementwise: {
      ElementwisePlan* p = keep<ElementwisePlan>(1);
      p->domain = domain(in);
      p->program = tile(in, p->domain, false);
      instructions.push_back({kind, p});
      return;
    }
    case Kind::Product: {
      ProductPlan* p = keep<ProductPlan>(1);
      p->domain = domain(in);
      p->inner = in.within(1, INT32_MAX, "inner axis");
      p->blocks = in.within(1, INT32_MAX, "stacked inner axis");
      // An operand of the product runs over rows or columns and the inner axis: a domain of its own.
      Domain left = p->domain, right = p->domain, along = p->domain;
      left.columns = p->inner;
      right.rows = p->inner;
      along.rows = 1;
      along.columns = p->inner;
      const auto stacked = [&](const Operand& o, int64_t stride, const Domain& d) {
        int64_t low = o.offset + (stride < 0 ? stride : 0) * (p->blocks - 1);
        int64_t high = o.offset + (stride > 0 ? stride : 0) * (p->blocks - 1);
        const auto reach = [&](int64_t s, int64_t n) { (s < 0 ? low : high) += s * (n - 1); };
        reach(o.row, d.rows);
        reach(o.column, d.columns);
        for (int i = 0; i < d.nouter; i++) reach(o.outer[i], d.outer[i]);
        require(low >= 0 && high < arenaFloats, "an operand of a product leaves its memory");
      };
      p->a = operand(in, left, arenaFloats);
      p->aBlock = in.word();
      stacked(p->a, p->aBlock, left);
      p->windowed = in.within(0, 1, "kind of right operand") == 1;
      if (p->windowed) {
        Domain images = p->domain;
        images.rows = images.columns = 1;
        p->b = operand(in, images, arenaFloats);
        p->bBlock = in.word();
        Windows& w = p->windows;
        w.channels = in.within(1, INT32_MAX, "channels");
        w.height = in.within(1, INT32_MAX, "height");
        w.width = in.within(1, INT32_MAX, "width");
        w.channelStride = in.word();
        w.rowStride = in.word();
        w.kernelHeight = in.within(1, INT32_MAX, "height of a kernel");
        w.kernelWidth = in.within(1, INT32_MAX, "width of a kernel");
        w.columns = in.within(1, INT32_MAX, "columns of an image");
        w.stride = in.within(1, 1 << 15, "stride");
        w.padding = in.within(0, 1 << 15, "padding");
        w.dilation = in.within(1, 1 << 15, "dilation");
        require(static_cast<int64_t>(w.channels) * w.kernelHeight * w.kernelWidth == p->inner, "inner axis of windows");
        const int64_t windowRows = p->domain.columns / w.columns;
        require(windowRows * w.columns == p->domain.columns &&
                    (windowRows - 1) * w.stride + static_cast<int64_t>(w.kernelHeight - 1) * w.dilation <
                        w.height + 2 * static_cast<int64_t>(w.padding) &&
                    static_cast<int64_t>(w.columns - 1) * w.stride +
                            static_cast<int64_t>(w.kernelWidth - 1) * w.dilation <
                        w.width + 2 * static_cast<int64_t>(w.padding),
                "windows leave their image");
        require(w.channelStride >= 0 && w.rowStride >= 0, "strides of an image");
        require(p->bBlock >= 0, "strides of an image");
        int64_t far = p->b.offset + p->bBlock * (p->blocks - 1) + w.channelStride * (w.channels - 1) + w.rowStride * (w.height - 1) + w.width - 1;
        for (int i = 0; i < images.nouter; i++) far += p->b.outer[i] > 0 ? p->b.outer[i] * (images.outer[i] - 1) : 0;
        require(far < arenaFloats, "an image leaves its memory");
      } else {
        p->b = operand(in, right, arenaFloats);
        p->bBlock = in.word();
        stacked(p->b, p->bBlock, right);
      }
      p->scaled = in.within(0, 1, "scale of a product") == 1;
      if (p->scaled) {
        p->scale = operand(in, along, arenaFloats);
        p->scaleBlock = in.word();
        stacked(p->scale, p->scaleBlock, along);
      }
      p->direct = in.word();
      p->program = tile(in, p->domain, true);
      require(p->program.values > 0, "a product without a value");
      require(p->direct >= -1 && p->direct < p->program.noperands, "place of a product");
      require(p->direct < 0 || p->program.operands[p->direct].column == 1, "place of a product");
      peel(*p);
      const ProductSpace s = kernels.productSpace(*p);
      if (s.packedA > space.packedA) space.packedA = s.packedA;
      if (s.packedB > space.packedB) space.packedB = s.packedB;
      if (s.block > space.block) space.block = s.block;
      if (s.staged > space.staged) space.staged = s.staged;
      instructions.push_back({kind, p});
      return;
    }
    case Kind::Softmax: {
      RowsPlan* p = keep<RowsPlan>(1);
      p->input = in.within(0, arenaFloats - 1, "input of a softmax");
      p->output = in.within(0, arenaFloats - 1, "output of a softmax");
      p->rows = in.within(1, INT32_MAX, "rows of a softmax");
      p->columns = in.within(1, INT32_MAX, "columns of a softmax");
      p->logarithm = in.within(0, 1, "kind of softmax") == 1;
      const int64_t size = p->rows * p->columns;
      require(p->input + size <= arenaFloats && p->output + size <= arenaFloats, "a softmax leaves its memory");
      instructions.push_back({kind, p});
      return;
    }
    case Kind::Gather: {
      GatherPlan* p = keep<GatherPlan>(1);
      p->table = in.within(0, arenaFloats - 1, "table");
      p->indices = in.within(0, arenaFloats - 1, "rows of a gather");
      p->output = in.within(0, arenaFloats - 1, "output of a gather");
      p->rows = in.within(1, INT32_MAX, "number of rows");
      p->width = in.within(1, INT32_MAX, "width of a row");
      p->tableRows = in.within(1, INT32_MAX, "rows of a table");
      p->tableStride = in.within(0, INT32_MAX, "stride of a table");
      require(p->table + (p->tableRows - 1) * p->tableStride + p->width <= arenaFloats &&
                  p->indices + p->rows <= arenaFloats && p->output + p->rows * p->width <= arenaFloats,
              "a gather leaves its memory");
      instructions.push_back({kind, p});
      return;
    }
    case Kind::Fill: {
      FillPlan* p = keep<FillPlan>(1);
      p->output = in.within(0, arenaFloats - 1, "place of zeros");
      p->count = in.within(1, arenaFloats - p->output, "number of zeros");
      instructions.push_back({kind, p});
      return;
    }
    case Kind::Scatter: {
      ScatterPlan* p = keep<ScatterPlan>(1);
      p->columns = in.within(0, arenaFloats - 1, "windows");
      p->output = in.within(0, arenaFloats - 1, "image");
      p->batch = in.within(1, INT32_MAX, "images");
      p->channels = in.within(1, INT32_MAX, "channels");
      p->height = in.within(1, INT32_MAX, "height");
      p->width = in.within(1, INT32_MAX, "width");
      p->kernelHeight = in.within(1, INT32_MAX, "height of a kernel");
      p->kernelWidth = in.within(1, INT32_MAX, "width of a kernel");
      p->rows = in.within(1, INT32_MAX, "rows of an image");
      p->rowLength = in.within(1, INT32_MAX, "columns of an image");
      p->stride = in.within(1, 1 << 15, "stride");
      p->padding = in.within(0, 1 << 15, "padding");
      const int64_t image = static_cast<int64_t>(p->channels) * p->height * p->width;
      const int64_t windows = static_cast<int64_t>(p->channels) * p->kernelHeight * p->kernelWidth * p->rows * p->rowLength;
      require(p->output + p->batch * image <= arenaFloats && p->columns + p->batch * windows <= arenaFloats,
              "an image leaves its memory");
      const int64_t stride = p->stride;
      const int64_t planes = (p->height + stride - 1) / stride * ((p->width + stride - 1) / stride) * stride * stride;
      if (planes > space.staged) space.staged = planes;
      instructions.push_back({kind, p});
      return;
    }
  }
  require(false, "an unknown instruction");
}

}  // namespace causalloy
