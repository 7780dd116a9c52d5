// SwiGLU from JavaScript. See fused/gate.h.
#include "fused/gate.h"

#include "bindings/exports.h"

namespace native {
namespace {

// (gate, up, out), as many numbers as out has
napi_value forward(const Arguments& arguments) {
  const Span<float> out = arguments.floats(2, "out");
  const Span<float> gate = arguments.floats(0, "gate", out.length), up = arguments.floats(1, "up", out.length);
  apart(arguments, out, gate, "out and gate");
  apart(arguments, out, up, "out and up");
  swiglu(out.length, gate.data, up.data, out.data);
  return nullptr;
}

// (dy, gate, up, dgate, dup), as many numbers as dgate has
napi_value backward(const Arguments& arguments) {
  const Span<float> dgate = arguments.floats(3, "dgate"), dup = arguments.floats(4, "dup", dgate.length);
  const Span<float> inputs[] = {arguments.floats(0, "dy", dgate.length), arguments.floats(1, "gate", dgate.length),
                                arguments.floats(2, "up", dgate.length)};
  for (const Span<float>& input : inputs) {
    apart(arguments, dgate, input, "dgate and an input");
    apart(arguments, dup, input, "dup and an input");
  }
  apart(arguments, dgate, dup, "dgate and dup");
  swiglu_gradient(dgate.length, inputs[0].data, inputs[1].data, inputs[2].data, dgate.data, dup.data);
  return nullptr;
}

}  // namespace

void export_gate(Exports& exports) {
  exports.add<forward>("swiGlu");
  exports.add<backward>("swiGluGradient");
}

}  // namespace native
