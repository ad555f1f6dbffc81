#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "program.h"

namespace causalloy {

/** Values of one input for all steps of a run. */
struct Feed {
  const void* values;
  int64_t offset;
  int64_t count;
};

/** Memory aligned to a cache line; huge pages are asked for where it is large. */
class Floats {
 public:
  explicit Floats(int64_t count);
  ~Floats();
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  float* data() const { return memory; }

 private:
  float* memory;
};

/** A program and its memory. One thread. */
class Machine {
 public:
  Machine(const int32_t* words, size_t length, const Kernels& kernels);

  void write(int64_t offset, const void* values, int64_t count);
  void read(int64_t offset, float* values, int64_t count) const;
  /**
   * Runs `count` steps. scalars: rate and both corrections of each; losses may be null. Numbers too small to be normal
   * count as 0 meanwhile. Same machine, same instruction set: same bytes; a processor with fused multiply-add rounds
   * otherwise than one without, so that runs differ in the last digits between instruction sets.
   */
  void run(int64_t count, const Feed* feeds, size_t nfeeds, const float* scalars, float* losses);
  int64_t bytes() const;

 private:
  void step();

  const Kernels& kernels;
  Program program;
  Floats arena;
  Floats scratch;
  std::unique_ptr<double[]> sums;
  Frame frame;
};

}  // namespace causalloy
