#pragma once
#include <cstddef>
#include <cstdint>

/**
 * What the machine does at every step, ready to run: made once from a program (program.cpp) and read by the kernels of
 * every instruction set. Plain data and raw pointers only: an inline function of the standard library that is compiled
 * here with AVX-512 flags could be the one that the linker keeps for all.
 */
namespace causalloy {

constexpr int maxOuter = 6;
/** Elements of a tile that an elementwise program works on at a time; a few tiles fit in the first-level cache. */
constexpr int tileSize = 1024;
/** Bounds of one program; the compiler starts another one where they would be passed. */
constexpr int maxOperands = 48;
constexpr int maxValues = 160;
constexpr int maxSinks = 16;

/** Where the element (outer…, row, column) of a domain lies in the arena: 0 strides broadcast. */
struct Operand {
  int64_t offset;
  int64_t row;
  int64_t column;
  int64_t outer[maxOuter];
};

/** Indices an instruction runs over: outer axes, then rows and columns. */
struct Domain {
  int nouter;
  int64_t outer[maxOuter];
  int64_t rows;
  int64_t columns;
};

enum class Op : int32_t {
  Load = 0,
  Store,
  Sum,
  Adam,
  Neg = 10,
  Exp,
  Log,
  Sqrt,
  Square,
  Abs,
  Tanh,
  Sigmoid,
  Silu,
  Relu,
  Softplus,
  Erf,
  Step,
  Copy,
  Clip = 30,
  AddTo,
  MulBy,
  DivBy,
  FromSub,
  FromDiv,
  Add = 40,
  Sub,
  Mul,
  Div,
  MulStep,
  MulAdd = 50,
  MulRest,
};

/**
 * value[dst] = op(value[a], value[b], value[c], low, high). Of Load, Store, Sum and Adam `b` is the number of an operand,
 * sum or update; of a Load `low` is 1 where no other value shares its slot.
 */
struct TileOp {
  Op op;
  int dst;
  int a;
  int b;
  int c;
  float low;
  float high;
};

/** Sums of a domain over some of its axes: collected in float64 (dense), then written to `out` in float32. */
struct SumSink {
  int64_t count;
  /** Strides of the dense sums. */
  Operand dense;
  /** First of its float64 numbers in the scratch space. */
  int64_t scratch;
  int64_t out;
  int ndims;
  int64_t dims[maxOuter + 2];
  int64_t strides[maxOuter + 2];
};

/** An AdamW update of a parameter by the gradient value: strides of the domain in weights and moments. */
struct AdamSink {
  Operand weights;
  int64_t first;
  int64_t second;
  float rate;
  float decay;
};

/** A chain of elementwise operations on a tile; value 0 of a product's chain is the product itself. */
struct TileProgram {
  int values;
  int slots;
  int nops;
  const TileOp* ops;
  /** Slot of each value, −1 where it is never in a slot. */
  const int* slotOf;
  /** Operand that a computed value is stored to, or −1: where the tile lies densely there, it is computed in place. */
  const int* storeOf;
  int noperands;
  const Operand* operands;
  int nsums;
  const SumSink* sums;
  int nadams;
  const AdamSink* adams;
};

struct ElementwisePlan {
  Domain domain;
  TileProgram program;
};

/** Windows of an image as the right operand of a product: k = (channel, i, j), column = (y, x). */
struct Windows {
  int64_t channelStride;
  int64_t rowStride;
  int channels;
  int height;
  int width;
  int kernelHeight;
  int kernelWidth;
  int columns;
  int stride;
  int padding;
  int dilation;
};

/**
 * What a product's elements pass through before they leave the registers: v + q or v·step(q) with q from an operand, then
 * perhaps relu. Taken from the start of the program when it is read.
 */
struct Finish {
  Op op;
  bool relu;
  int operand;
};

/**
 * C[row, column] = Σ over (kb, k) of A[row, kb, k]·s[k]·B[kb, k, column] for every outer index, then the program on it.
 * `row` of a and `column` of b are the strides of the result's axes; `column` of a and `row` of b those of k.
 */
struct ProductPlan {
  Domain domain;
  int64_t inner;
  int64_t blocks;
  Operand a;
  Operand b;
  int64_t aBlock;
  int64_t bBlock;
  bool scaled;
  Operand scale;
  int64_t scaleBlock;
  bool windowed;
  Windows windows;
  bool finishes;
  Finish finish;
  /** Value that the product, finished, is in the program. */
  int result;
  /** Operand it is written to, when columns are dense there; −1 where the program needs it in scratch space. */
  int direct;
  TileProgram program;
};

struct RowsPlan {
  int64_t input;
  int64_t output;
  int64_t rows;
  int64_t columns;
  bool logarithm;
};

struct GatherPlan {
  int64_t table;
  int64_t indices;
  int64_t output;
  int64_t rows;
  int64_t width;
  int64_t tableRows;
  int64_t tableStride;
};

struct FillPlan {
  int64_t output;
  int64_t count;
};

/** Adds the windows of `columns` into an image: image[b, o, y·s + i − p, x·s + j − p] += columns[(o, i, j), (y, x)]. */
struct ScatterPlan {
  int64_t columns;
  int64_t output;
  int64_t batch;
  int channels;
  int height;
  int width;
  int kernelHeight;
  int kernelWidth;
  int rows;
  int rowLength;
  int stride;
  int padding;
};

/** What changes from step to step, and the space that kernels work in. */
struct Frame {
  float* arena;
  /** Of the present step: its rate, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ). */
  float rate;
  float correction1;
  float correction2;
  float beta1;
  float beta2;
  /** 1 − β, of float64 β. */
  float rest1;
  float rest2;
  float epsilon;
  float* slots;
  double* sums;
  float* packedA;
  float* packedB;
  float* block;
  float* staged;
};

/** Floats of scratch space that a product needs. */
struct ProductSpace {
  int64_t packedA;
  int64_t packedB;
  int64_t block;
  int64_t staged;
};

/** The kernels of one instruction set. */
struct Kernels {
  const char* name;
  void (*elementwise)(const ElementwisePlan&, Frame&);
  void (*product)(const ProductPlan&, Frame&);
  ProductSpace (*productSpace)(const ProductPlan&);
  void (*softmax)(const RowsPlan&, Frame&);
  void (*scatter)(const ScatterPlan&, Frame&);
};

}  // namespace causalloy
