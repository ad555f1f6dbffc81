#pragma once
#include "graph/plan.h"

namespace causalloy {

/** Instruction sets that this processor and this build have, the plainest first; null after the last. */
const Kernels* const* kernelsHere();

}  // namespace causalloy
