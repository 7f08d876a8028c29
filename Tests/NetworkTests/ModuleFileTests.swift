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
    ([3, 5, 2], "another shape: 'layers.0.weight'"), ([3, 4, 2, 2], "layers.2.weight"),
    ([3, 4], "no place in the module"),
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

  /// One message lists whatever is missing, has no place, another shape or another type.
  @Test func allFaultsAreListedAtOnce() throws {
    var writer = SafetensorsWriter(kind: "module", configuration: .null, units: "none", kernelVariant: "any")
    try writer.add("layers.0.weight", Tensor(zeros: [4, 3], dtype: .int32))
    try writer.add("layers.1.weight", Tensor(zeros: [2, 5]))
    try writer.add("layers.1.bias", Tensor(zeros: [2]))
    try writer.add("passes", Tensor(zeros: [], dtype: .float32))
    try writer.add("layers.2.bias", Tensor(zeros: [7]))
    try writer.add("tail", Tensor(zeros: [1, 2]))
    let file = try SafetensorsFile(bytes: writer.bytes(), name: "other.safetensors")
    var model = Perceptron([3, 4, 2], shift: true)
    let error = try #require(throws: SurprisalError.self) { try model.load(from: file) }
    #expect(error.category == .data)
    #expect(
      error.description == "other.safetensors: 7 tensors do not fit the module: missing: 'layers.0.bias' [4], "
        + "'shift' [3]; no place in the module for: 'layers.2.bias' [7], 'tail' [1, 2]; another shape: "
        + "'layers.1.weight' is [2, 5], not [2, 4]; another type: 'layers.0.weight' is int32, not float32, 'passes' is "
        + "float32, not int64 (build the module that the file was saved from)")
  }

  /// A weight that a diverged training left is refused by name and index, unless it is asked for.
  @Test func NaNIsRefused() throws {
    try within { path in
      var model = Perceptron([3, 4, 2])
      var weight = [Float](repeating: 1, count: 8)
      weight[6] = .nan
      model.layers[1] = Linear(weight: Tensor(weight, shape: [2, 4]), bias: Tensor([1, .nan] as [Float]))
      try model.save(to: path)
      var other = Perceptron([3, 4, 2])
      let before = try Inventory(other).parameters.map { $0.tensor.scalars(as: Float.self) }
      let error = try #require(throws: SurprisalError.self) { try other.load(from: path) }
      #expect(error.category == .data)
      #expect(error.message == "NaN in tensor 'layers.1.weight' at [1, 2], 'layers.1.bias' at [1]")
      #expect(try Inventory(other).parameters.map { $0.tensor.scalars(as: Float.self) } == before)
      try other.load(from: path, allowingNaN: true)
      #expect((other.layers[1] as? Linear)?.weight[1, 2].item.isNaN == true)
    }
  }

  /// What PyTorch wrote, by safetensors' own writer: loaded by name, it answers as there
  /// (Tests/References/Networks/state_dict.py).
  @Test func aFileOfPyTorchIsLoaded() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../References/Networks").standardizedFileURL
    var generator = RandomGenerator(seed: 1)
    var model = Sequential(
      Conv2d(inputs: 1, outputs: 4, kernel: 3, padding: 1, bias: false, using: &generator), BatchNorm(channels: 4),
      ReLU(), MaxPool2d(kernel: 2), Flatten(), Linear(inputs: 36, outputs: 8, using: &generator),
      LayerNorm(features: 8), GELU(), Linear(inputs: 8, outputs: 3, using: &generator))
    try model.load(from: folder.appending(path: "state_dict.safetensors").path)
    let answers = try SafetensorsFile(path: folder.appending(path: "answers.safetensors").path)
    expectNear(model(try Tensor("x", of: answers)), try Tensor("y", of: answers), within: 1e-5, "y")
    #expect((model.layers[1] as? BatchNorm)?.batchCount?.item == 1)
  }

  /// A part of a larger file: the tensors behind a prefix, without it.
  @Test func aPartOfAFileIsLoadedByItsPrefix() throws {
    try within { path in
      var generator = RandomGenerator(seed: 1)
      let whole = Sequential(Linear(inputs: 2, outputs: 3, using: &generator), BatchNorm(channels: 3))
      try whole.save(to: path)
      var part = Linear(inputs: 2, outputs: 3, using: &generator)
      try part.load(from: SafetensorsFile(path: path), prefix: "0.")
      #expect(part.weight.scalars(as: Float.self) == (whole.layers[0] as? Linear)?.weight.scalars(as: Float.self))
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
