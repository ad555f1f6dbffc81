#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "plan.h"

namespace causalloy {

enum class Kind : int32_t { Elementwise = 1, Product, Softmax, Gather, Fill, Scatter };

struct Instruction {
  Kind kind;
  const void* plan;
};

/** A fault in what the compiler wrote or in what was fed; its text goes to the caller as an Error. */
struct ProgramError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** What main/engine/compute/native/encode.ts writes, checked and made ready: no offset leaves the arena. */
class Program {
 public:
  Program(const int32_t* words, size_t length, const Kernels& kernels);

  int64_t arenaFloats = 0;
  /** −1 where there is no loss. */
  int64_t loss = -1;
  float beta1 = 0, beta2 = 0, rest1 = 0, rest2 = 0, epsilon = 0;
  std::vector<Instruction> instructions;
  int64_t slotFloats = 0;
  int64_t sumDoubles = 0;
  ProductSpace space = {0, 0, 0, 0};

 private:
  class Reader;
  template <class T>
  T* keep(size_t n);
  Domain domain(Reader& in);
  Operand operand(Reader& in, const Domain& d, int64_t limit);
  TileProgram tile(Reader& in, const Domain& d, bool product);
  void peel(ProductPlan& p);
  void read(Reader& in, Kind kind, const Kernels& kernels);

  std::vector<std::shared_ptr<void>> kept;
};

}  // namespace causalloy
