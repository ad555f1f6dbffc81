#include "node_abi.h"

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#endif

namespace causalloy {

NodeFunctions node = {};

bool findNodeFunctions() {
#if defined(_WIN32)
  const HMODULE program = GetModuleHandleW(nullptr);
#define CAUSALLOY_FIND(name)                                                                          \
  node.name##_ = reinterpret_cast<decltype(node.name##_)>(                                            \
      reinterpret_cast<void*>(GetProcAddress(program, "napi_" #name)));                               \
  if (node.name##_ == nullptr) return false;
#else
#define CAUSALLOY_FIND(name) node.name##_ = &::napi_##name;
#endif
  CAUSALLOY_NODE_FUNCTIONS(CAUSALLOY_FIND)
#undef CAUSALLOY_FIND
  return true;
}

}  // namespace causalloy
