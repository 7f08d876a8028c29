import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// A training of the small perceptron that torch trained in Tests/References/Networks/optimizers.py.
struct ReferenceRun {
  private let file: SafetensorsFile
  var model: Perceptron
  let x: Tensor
  let targets: Tensor
  /// Before each step.
  private(set) var losses: [Double] = []

  init(dtype: DType) throws {
    let file = try SafetensorsFile(path: referencePath("optimizers"))
    func tensor(_ name: String) throws -> Tensor { try Tensor(name, of: file).converted(to: dtype) }
    model = Perceptron([5, 7, 7, 2], dtype: dtype)
    model.layers[0] = Linear(weight: try tensor("before.0.weight"), bias: try tensor("before.0.bias"))
    model.layers[1] = Linear(weight: try tensor("before.2.weight"))
    model.layers[2] = Linear(weight: try tensor("before.4.weight"), bias: try tensor("before.4.bias"))
    (x, targets) = (try tensor("x"), try tensor("targets"))
    self.file = file
  }

  mutating func step(_ optimizer: inout some Optimizer, _ transforms: [GradientTransform] = []) {
    let (loss, gradients) = valueAndGradient(of: &model) { [x, targets] in squaredError(&$0, x, targets) }
    losses.append(loss.item)
    optimizer.update(&model, along: gradients.applying(transforms))
  }

  mutating func update(_ optimizer: inout LBFGS) {
    losses.append(optimizer.update(&model) { [x, targets] in squaredError(&$0, x, targets) })
  }

  /// The parameters' bits.
  func bits() throws -> [[UInt8]] { try Inventory(model).parameters.map { $0.tensor.withUnsafeBytes { Array($0) } } }

  /// Every loss and every weight after the steps.
  func compare(with name: String, within tolerance: Double) throws {
    let after = try Inventory(model).parameters.flatMap { $0.tensor.scalars(as: Double.self) }
    for (found, expected) in [(losses, "losses"), (after, "after")] {
      let wanted = try file.doubles(named: "\(name)/\(expected)")
      #expect(found.count == wanted.count)
      let worst = zip(found, wanted).map { abs($0 - $1) / max(1, abs($1)) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
      #expect(worst <= tolerance, "\(name): \(expected) differ by \(worst)")
    }
  }
}

func referencePath(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../References/Networks/\(name).safetensors").standardized.path
}

/// A file name that is free, and afterwards again.
func withTemporaryFile(_ body: (String) throws -> Void) throws {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors").path
  defer { try? FileManager.default.removeItem(atPath: file) }
  try body(file)
}
