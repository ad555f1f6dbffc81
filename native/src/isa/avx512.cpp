// Compiled with AVX-512 F, DQ and VL flags; called only where the processor has them.
#if defined(__x86_64__) || defined(_M_X64)
#define CAUSALLOY_ISA avx512
#define CAUSALLOY_NAME "avx512"
#include "../simd/avx512.h"
#include "../simd/unroll.h"
namespace causalloy {
namespace avx512 {
using V = Avx512;
using Half = Avx2;
constexpr int mostRows = 12;
constexpr int dotRows = 4;
}  // namespace avx512
}  // namespace causalloy
#include "../simd/math.h"
#include "../graph/kernels.inl"

namespace causalloy {
const Kernels* avx512Kernels() { return &avx512::table; }
}  // namespace causalloy
#endif
