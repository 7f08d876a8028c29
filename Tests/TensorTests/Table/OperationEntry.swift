import SurprisalTensors
import Testing

/// One operation in the table that the tests run over.
///
/// `TableTests` runs every entry over the reference cases of its name: value, shape, type and gradient against another
/// system; the same for strided inputs and cotangents; float32 and bfloat16; finite differences of first and second
/// derivatives; derivatives taken twice; a cotangent of 0. `CoverageTests` fails for a public operation that no entry
/// names, and for a reference case that no entry runs.
struct OperationEntry: Sendable, CustomTestStringConvertible {
  /// The operation's name in the reference files.
  let name: String
  /// The public functions that `apply` calls, spelled like `tanh()` or `sum(alongAxes:keepingAxes:)`; operators and
  /// overloads with their types, like `+(Tensor, Double)` and `power(_: Double)`.
  let functions: [String]
  /// How far results may be off.
  let tolerances: Tolerances
  /// The types besides float64 in which it is run.
  let narrowTypes: [DType]
  /// Whether its derivative has a derivative.
  let hasSecondDerivative: Bool
  /// Which of the cases of this name are this entry's; several entries may share a name.
  let accepts: @Sendable (Attributes) -> Bool
  /// Runs the operation on the inputs of a case.
  let apply: @Sendable ([Tensor], Attributes) -> [Tensor]

  init(
    _ name: String, _ functions: String..., tolerances: Tolerances = .composed,
    narrowTypes: [DType] = [.float32, .bfloat16], hasSecondDerivative: Bool = true,
    accepts: @escaping @Sendable (Attributes) -> Bool = { _ in true },
    apply: @escaping @Sendable ([Tensor], Attributes) -> [Tensor]
  ) {
    self.name = name
    self.functions = functions
    self.tolerances = tolerances
    self.narrowTypes = narrowTypes
    self.hasSecondDerivative = hasSecondDerivative
    self.accepts = accepts
    self.apply = apply
  }

  /// An operation of one tensor without attributes.
  init(
    _ name: String, _ function: String, tolerances: Tolerances = .elementary,
    _ operation: @escaping @Sendable (Tensor) -> Tensor
  ) {
    self.init(name, function, tolerances: tolerances) { x, _ in [operation(x[0])] }
  }

  /// An operation of two tensors; the cases with a number in place of one (`scalar`) are not its own.
  init(
    _ name: String, _ function: String, tolerances: Tolerances = .elementary,
    _ operation: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) {
    self.init(name, function, tolerances: tolerances, accepts: { !$0.has("scalar") }) { x, _ in
      [operation(x[0], x[1])]
    }
  }

  var testDescription: String { functions.isEmpty ? name : "\(name): \(functions.joined(separator: ", "))" }
}

/// Every operation.
let operationTable: [OperationEntry] =
  elementwiseEntries + reductionEntries + shapeEntries + productEntries + neuralEntries + linearAlgebraEntries
