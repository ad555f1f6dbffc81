// All kernels of one instruction set. The including file defines CAUSALLOY_ISA, V, Half and mostRows.
#include "plan.h"

namespace causalloy {
namespace CAUSALLOY_ISA {

constexpr int panelWidth = 2 * V::width;
/** For square roots and divisions: those of sixteen numbers take as long as twice those of eight, or longer. */
using U = Half;

static inline int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

#include "micro.inl"
#include "pack.inl"
#include "elementwise.inl"
#include "sums.inl"
#include "adam.inl"
#include "tile.inl"
#include "windows.inl"
#include "product.inl"
#include "rows.inl"

static const Kernels table = {CAUSALLOY_NAME, runElementwise, runProduct, productSpace, runSoftmax, runScatter};

}  // namespace CAUSALLOY_ISA
}  // namespace causalloy
