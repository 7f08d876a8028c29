import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Modules in files: what is saved comes back, and a file that does not fit changes nothing.
struct ModuleFileTests {
  private func within(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("module-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("model.safetensors").path)
  }

  @Test func whatIsSavedComesBack() throws {
    try within { file in
      let saved = Perceptron([3, 4, 2], shift: true)
      try saved.save(to: file, configuration: ["extents": [3, 4, 2]])
      let contents = try SafetensorsFile(path: file)
      #expect(contents.kind == "module" && contents.tensors.contains { $0.name == "layers.1.bias" })
      var other = Perceptron([3, 4, 2], shift: true, dtype: .float64)
      try other.load(from: file)
      for (a, b) in zip(try Inventory(saved).parameters, try Inventory(other).parameters) {
        #expect(a.name == b.name && b.tensor.dtype == .float64)
        #expect(a.tensor.scalars(as: Float.self) == b.tensor.converted(to: .float32).scalars(as: Float.self))
      }
    }
  }

  /// The message names the tensor, and the module keeps its numbers.
  @Test(arguments: [
    ([3, 5, 2], "another shape: 'layers.0.bias' is [4], not [5]"), ([3, 4, 2, 2], "layers.2.weight"), ([3, 4], "no place in the module"),
  ])
  func whatDoesNotFitChangesNothing(extents: [Int], words: String) throws {
    try within { file in
      try Perceptron([3, 4, 2]).save(to: file)
      var other = Perceptron(extents)
      let before = try Inventory(other).parameters.map { $0.tensor.scalars(as: Float.self) }
      do {
        try other.load(from: file)
        Issue.record("loaded \(extents)")
      } catch let error as SurprisalError {
        #expect(error.category == .data && error.description.contains(words), "\(error)")
      }
      #expect(try Inventory(other).parameters.map { $0.tensor.scalars(as: Float.self) } == before)
    }
  }

  /// A gradient that belongs to nothing is a mistake that would train in silence.
  @Test func mistypedPathsStop() async {
    await #expect(processExitsWith: .failure) {
      var gradients = Gradients([("layers.0.weight", Tensor(ones: [2, 2]))])
      gradients["layers.0.wieght"] = nil
    }
    await #expect(processExitsWith: .failure) {
      var (model, optimizer) = (Perceptron([2, 2]), Adam())
      optimizer.update(&model, along: Gradients([("layers.0.wieght", Tensor(ones: [2, 2]))]))
    }
  }
}
