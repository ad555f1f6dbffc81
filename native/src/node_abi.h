#pragma once
#define NAPI_VERSION 8
#if defined(_WIN32)
// Nothing is imported at link time: functions are found in the running program, be it node.exe or that of Electron.
#define NAPI_EXTERN
#endif
#include <node_api.h>

namespace causalloy {

#define CAUSALLOY_NODE_FUNCTIONS(F) \
  F(adjust_external_memory)         \
  F(create_array)                   \
  F(create_double)                  \
  F(create_external)                \
  F(create_function)                \
  F(create_string_utf8)             \
  F(get_cb_info)                    \
  F(get_element)                    \
  F(get_array_length)               \
  F(get_typedarray_info)            \
  F(get_undefined)                  \
  F(get_value_double)               \
  F(get_value_external)             \
  F(get_value_string_utf8)          \
  F(is_typedarray)                  \
  F(set_element)                    \
  F(set_named_property)             \
  F(throw_error)                    \
  F(typeof)

/** Node's functions by name, without their prefix. */
struct NodeFunctions {
#define CAUSALLOY_DECLARE(name) decltype(&::napi_##name) name##_;
  CAUSALLOY_NODE_FUNCTIONS(CAUSALLOY_DECLARE)
#undef CAUSALLOY_DECLARE
};

/** False where the running program does not offer them all. */
bool findNodeFunctions();
extern NodeFunctions node;

}  // namespace causalloy
