// What every processor has: SSE2 on x86-64, plain C++ elsewhere (and with CAUSALLOY_PLAIN, to try that here).
#define CAUSALLOY_ISA baseline
#define CAUSALLOY_NAME "baseline"
#include "../simd/unroll.h"
#if (defined(__x86_64__) || defined(_M_X64)) && !defined(CAUSALLOY_PLAIN)
#include "../simd/sse2.h"
namespace causalloy {
namespace baseline {
using V = Sse2;
using Half = Sse2;
constexpr int mostRows = 4;
constexpr int dotRows = 3;
}  // namespace baseline
}  // namespace causalloy
#else
#include "../simd/generic.h"
namespace causalloy {
namespace baseline {
using V = Generic;
using Half = Generic;
constexpr int mostRows = 4;
constexpr int dotRows = 3;
}  // namespace baseline
}  // namespace causalloy
#endif
#include "../simd/math.h"
#include "../graph/kernels.inl"

namespace causalloy {
const Kernels* baselineKernels() { return &baseline::table; }
}  // namespace causalloy
