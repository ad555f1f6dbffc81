// Compiled with AVX2 and FMA flags; called only where the processor has both.
#if defined(__x86_64__) || defined(_M_X64)
#define CAUSALLOY_ISA avx2
#define CAUSALLOY_NAME "avx2"
#include "../simd/avx2.h"
#include "../simd/unroll.h"
namespace causalloy {
namespace avx2 {
using V = Avx2;
using Half = Avx2;
constexpr int mostRows = 6;
constexpr int dotRows = 3;
}  // namespace avx2
}  // namespace causalloy
#include "../simd/math.h"
#include "../graph/kernels.inl"

namespace causalloy {
const Kernels* avx2Kernels() { return &avx2::table; }
}  // namespace causalloy
#endif
