#pragma once

/** Before a loop of constant length over an array that must stay in registers. */
#if defined(__clang__)
#define CAUSALLOY_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define CAUSALLOY_UNROLL _Pragma("GCC unroll 32")
#else
#define CAUSALLOY_UNROLL
#endif
