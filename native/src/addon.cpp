#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "cpu.h"
#include "graph/machine.h"
#include "node_abi.h"

/** What JavaScript sees: main/engine/compute/native/addon.ts has the types. Kernels of other rooms get a file each. */
namespace causalloy {
namespace {

struct Handle {
  static constexpr uint64_t mark = 0x43617573616c6c6fULL;
  uint64_t own = mark;
  std::unique_ptr<Machine> machine;
};

/** Frees the machine and lets the collector of JavaScript know, which cannot see such memory. */
void release(napi_env env, Handle& handle) {
  if (!handle.machine) return;
  int64_t total = 0;
  node.adjust_external_memory_(env, -handle.machine->bytes(), &total);
  handle.machine.reset();
}

struct Numbers {
  napi_typedarray_type type;
  size_t length;
  void* data;
};

class Call {
 public:
  Call(napi_env e, napi_callback_info info, size_t wanted) : env(e), given(8) {
    node.get_cb_info_(env, info, &given, values, nullptr, nullptr);
    if (given != wanted) throw ProgramError("wrong number of arguments");
  }
  Numbers numbers(napi_value v) const {
    bool is = false;
    node.is_typedarray_(env, v, &is);
    if (!is) throw ProgramError("a typed array is wanted");
    Numbers n = {};
    node.get_typedarray_info_(env, v, &n.type, &n.length, &n.data, nullptr, nullptr);
    if (n.type != napi_float32_array && n.type != napi_int32_array)
      throw ProgramError("a Float32Array or an Int32Array is wanted");
    return n;
  }
  Numbers numbers(size_t i) const { return numbers(values[i]); }
  float* floats(size_t i, size_t& length) const {
    const Numbers n = numbers(i);
    if (n.type != napi_float32_array) throw ProgramError("a Float32Array is wanted");
    length = n.length;
    return static_cast<float*>(n.data);
  }
  const int32_t* integers(size_t i, size_t& length) const {
    const Numbers n = numbers(i);
    if (n.type != napi_int32_array) throw ProgramError("an Int32Array is wanted");
    length = n.length;
    return static_cast<const int32_t*>(n.data);
  }
  int64_t integer(size_t i) const {
    double value = 0;
    if (node.get_value_double_(env, values[i], &value) != napi_ok || !(value >= 0 && value < 9e15))
      throw ProgramError("a whole number is wanted");
    return static_cast<int64_t>(value);
  }
  std::string text(size_t i) const {
    char buffer[32];
    size_t length = 0;
    if (node.get_value_string_utf8_(env, values[i], buffer, sizeof buffer, &length) != napi_ok)
      throw ProgramError("a text is wanted");
    return std::string(buffer, length);
  }
  Handle& handle(size_t i) const {
    napi_valuetype type = napi_undefined;
    node.typeof_(env, values[i], &type);
    void* data = nullptr;
    if (type == napi_external) node.get_value_external_(env, values[i], &data);
    Handle* handle = static_cast<Handle*>(data);
    if (handle == nullptr || handle->own != Handle::mark) throw ProgramError("a machine is wanted");
    return *handle;
  }
  Machine& machine(size_t i) const {
    Handle& h = handle(i);
    if (!h.machine) throw ProgramError("the machine was disposed of");
    return *h.machine;
  }
  napi_value operator[](size_t i) const { return values[i]; }

  napi_env env;

 private:
  size_t given;
  napi_value values[8];
};

/** Runs `work` and turns what it throws into an Error of JavaScript. */
template <class F>
napi_value guarded(napi_env env, F work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    node.throw_error_(env, nullptr, "there is not enough memory for this graph");
  } catch (const std::exception& error) {
    node.throw_error_(env, nullptr, error.what());
  }
  return nullptr;
}

napi_value nothing(napi_env env) {
  napi_value value = nullptr;
  node.get_undefined_(env, &value);
  return value;
}

/** levels(): names of the instruction sets that this processor has, the plainest first. */
napi_value levels(napi_env env, napi_callback_info) {
  return guarded(env, [&] {
    napi_value list = nullptr;
    node.create_array_(env, &list);
    const Kernels* const* here = kernelsHere();
    for (uint32_t i = 0; here[i] != nullptr; i++) {
      napi_value name = nullptr;
      node.create_string_utf8_(env, here[i]->name, NAPI_AUTO_LENGTH, &name);
      node.set_element_(env, list, i, name);
    }
    return list;
  });
}

void finalise(napi_env env, void* data, void*) {
  Handle* handle = static_cast<Handle*>(data);
  release(env, *handle);
  delete handle;
}

/** create(level, program): a machine. */
napi_value create(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 2);
    const std::string level = call.text(0);
    size_t length = 0;
    const int32_t* words = call.integers(1, length);
    const Kernels* const* here = kernelsHere();
    while (*here != nullptr && level != (*here)->name) here++;
    if (*here == nullptr) throw ProgramError("this processor has no " + level);
    auto handle = std::make_unique<Handle>();
    handle->machine = std::make_unique<Machine>(words, length, **here);
    napi_value value = nullptr;
    if (node.create_external_(env, handle.get(), finalise, nullptr, &value) != napi_ok)
      throw ProgramError("no handle could be made");
    int64_t total = 0;
    node.adjust_external_memory_(env, handle->machine->bytes(), &total);
    handle.release();
    return value;
  });
}

/** write(machine, offset, values) */
napi_value write(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 3);
    const Numbers n = call.numbers(2);
    call.machine(0).write(call.integer(1), n.data, static_cast<int64_t>(n.length));
    return nothing(env);
  });
}

/** read(machine, offset, into) */
napi_value read(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 3);
    size_t length = 0;
    float* into = call.floats(2, length);
    call.machine(0).read(call.integer(1), into, static_cast<int64_t>(length));
    return nothing(env);
  });
}

/** run(machine, count, feeds, targets, scalars, losses): targets has offset and size of each feed. */
napi_value run(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 6);
    Machine& machine = call.machine(0);
    const int64_t count = call.integer(1);
    uint32_t number = 0;
    node.get_array_length_(env, call[2], &number);
    size_t ntargets = 0, nscalars = 0, nlosses = 0;
    const int32_t* targets = call.integers(3, ntargets);
    const float* scalars = call.floats(4, nscalars);
    float* losses = call.floats(5, nlosses);
    if (ntargets != 2 * static_cast<size_t>(number) || nscalars != 3 * static_cast<size_t>(count) ||
        nlosses != static_cast<size_t>(count))
      throw ProgramError("feeds of another length than the run");
    std::vector<Feed> feeds;
    for (uint32_t i = 0; i < number; i++) {
      napi_value value = nullptr;
      node.get_element_(env, call[2], i, &value);
      const Numbers n = call.numbers(value);
      const Feed feed = {n.data, targets[2 * i], targets[2 * i + 1]};
      if (feed.count < 0 || static_cast<int64_t>(n.length) != feed.count * count)
        throw ProgramError("a feed of another length than the run");
      feeds.push_back(feed);
    }
    machine.run(count, feeds.data(), feeds.size(), scalars, losses);
    return nothing(env);
  });
}

/** bytes(machine): memory it holds. */
napi_value bytes(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 1);
    napi_value value = nullptr;
    node.create_double_(env, static_cast<double>(call.machine(0).bytes()), &value);
    return value;
  });
}

/** dispose(machine): frees its memory now, not when it is collected. */
napi_value dispose(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const Call call(env, info, 1);
    release(env, call.handle(0));
    return nothing(env);
  });
}

void offer(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value = nullptr;
  node.create_function_(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
  node.set_named_property_(env, exports, name, value);
}

}  // namespace
}  // namespace causalloy

extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  using namespace causalloy;
  if (!findNodeFunctions()) return nullptr;
  offer(env, exports, "levels", levels);
  offer(env, exports, "create", create);
  offer(env, exports, "write", write);
  offer(env, exports, "read", read);
  offer(env, exports, "run", run);
  offer(env, exports, "bytes", bytes);
  offer(env, exports, "dispose", dispose);
  return exports;
}
