import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import SurprisalTestSupport
import Testing

/// Inputs and targets from .npy files.
@Suite struct NumPyDataTests {
  private func write(
    _ name: String, _ type: String, _ shape: String, _ data: [UInt8], order: String = "False", in folder: URL
  ) throws -> String {
    let file = folder.appendingPathComponent(name)
    try Data(ArrayFiles.npy(type, shape, data, order: order)).write(to: file)
    return file.path
  }

  private func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  @Test func wholeNumbersAreClassesAndOthersNumbers() throws {
    try DataFixture.withFolder { folder in
      let x = try write("x.npy", "<f4", "(2, 3)", bytes([1, 2, 3, 4, 5, 6] as [Float]), in: folder)
      let y = try write("y.npy", "<i2", "(2, 1)", bytes([2, 0] as [Int16]), in: folder)
      let classes = try SupervisedData.numPy(inputs: x, targets: y)
      #expect(classes.targets.scalars(as: Int.self) == [2, 0] && classes.classNames == ["0", "1", "2"])
      #expect(classes.inputs.dtype == .float32 && classes.batch(at: [1]).inputs.scalars(as: Float.self) == [4, 5, 6])
      let numbers = try SupervisedData.numPy(inputs: x, targets: y, kind: .numbers)
      #expect(numbers.targets.shape == [2, 1] && numbers.targets.dtype == .float32)
      let z = try write("z.npy", ">f8", "(2,)", [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0], in: folder)
      let real = try SupervisedData.numPy(inputs: x, targets: z)
      #expect(real.targets.shape == [2, 1] && real.targets.scalars(as: Double.self) == [1.5, -2])
      #expect(throws: SurprisalError.self) { try SupervisedData.numPy(inputs: x, targets: z, kind: .classes) }
      let order = try write("f.npy", "<f8", "(2, 2)", bytes([1, 2, 3, 4] as [Double]), order: "True", in: folder)
      #expect(try SupervisedData.numPy(inputs: order, targets: y).inputs.scalars(as: Int.self) == [1, 3, 2, 4])
    }
  }

  @Test func imagesGetTheirChannelsSecond() throws {
    try DataFixture.withFolder { folder in
      let y = try write("y.npy", "|u1", "(2,)", [0, 1], in: folder)
      let gray = try write("g.npy", "|u1", "(2, 1, 2)", [1, 0, 0, 1], in: folder)
      let binary = try SupervisedData.numPy(inputs: gray, targets: y)
      #expect(binary.inputs.shape == [2, 1, 1, 2])
      #expect(binary.batch(at: [0]).inputs.scalars(as: Float.self) == [1, 0])
      let color = try write("c.npy", "|u1", "(2, 2, 2, 3)", Array(stride(from: 0, to: 240, by: 10)), in: folder)
      let data = try SupervisedData.numPy(inputs: color, targets: y)
      #expect(data.inputs.shape == [2, 3, 2, 2])
      let second = [120, 150, 180, 210, 130, 160, 190, 220, 140, 170, 200, 230]
      #expect(data.inputs[1].scalars(as: Int.self) == second)
      // Channels that are second already, of images four pixels wide.
      let wide = try write("w.npy", "|u1", "(2, 3, 2, 4)", Array(0..<48), in: folder)
      #expect(try SupervisedData.numPy(inputs: wide, targets: y).inputs.scalars(as: Int.self) == Array(0..<48))
    }
  }

  /// One file with training and test data; classes are those of the training data.
  @Test func anArchiveBringsItsTestData() throws {
    try DataFixture.withFolder { folder in
      func archive(_ members: [(name: String, bytes: [UInt8])]) throws -> String {
        let file = folder.appendingPathComponent("a.npz")
        try Data(ArrayFiles.npz(members)).write(to: file)
        return file.path
      }
      func x(_ values: [Float]) -> [UInt8] { ArrayFiles.npy("<f4", "(\(values.count), 1)", bytes(values)) }
      func y(_ values: [UInt8]) -> [UInt8] { ArrayFiles.npy("|u1", "(\(values.count),)", values) }
      let both = try archive([
        ("x_train", x([1, 2, 3])), ("y_train", y([0, 2, 1])), ("X_test", x([7, 8, 9])), ("Y_test", y([1, 1, 0])),
      ])
      let (training, found) = try SupervisedData.numPyArchive(both)
      let test = try #require(found)
      #expect(training.inputs.scalars(as: Int.self) == [1, 2, 3] && test.inputs.scalars(as: Int.self) == [7, 8, 9])
      #expect(training.targets.scalars(as: Int.self) == [0, 2, 1] && test.targets.scalars(as: Int.self) == [1, 1, 0])
      #expect(test.classNames == ["0", "1", "2"])
      let numbers = try SupervisedData.numPyArchive(both, kind: .numbers)
      #expect(numbers.training.targets.shape == [3, 1] && numbers.test?.targets.dtype == .float32)
      let other = try archive([
        ("x_train", x([1, 2])), ("y_train", y([0, 1])), ("x_test", x([7])), ("y_test", y([2])),
      ])
      let error = try #require(throws: SurprisalError.self) { try SupervisedData.numPyArchive(other) }
      #expect(error.category == .data && error.message == "label 1 of 1 is 2, and classes are numbered from 0 to 1")
      for names in [("x", "y"), ("inputs", "targets"), ("Images", "labels")] {
        let one = try SupervisedData.numPyArchive(archive([(names.1, y([1, 0])), (names.0, x([4, 5]))]))
        #expect(one.training.targets.scalars(as: Int.self) == [1, 0] && one.test == nil)
      }
      let nothing = try archive([("a", x([1])), ("b", y([0]))])
      let missing = try #require(throws: SurprisalError.self) { try SupervisedData.numPyArchive(nothing) }
      #expect(missing.message.contains("the file holds a, b,"))
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try DataFixture.withFolder { folder in
      let x = try write("x.npy", "<f8", "(2, 2)", bytes([1, 2, .nan, 4] as [Double]), in: folder)
      let y = try write("y.npy", "|u1", "(2,)", [0, 1], in: folder)
      let missing = try #require(throws: SurprisalError.self) { try SupervisedData.numPy(inputs: x, targets: y) }
      #expect(missing.message == "datum 2 of 2 holds nan" && missing.location?.file == x)
      let three = try write("t.npy", "|u1", "(3,)", [0, 1, 2], in: folder)
      let count = try #require(throws: SurprisalError.self) { try SupervisedData.numPy(inputs: x, targets: three) }
      #expect(count.message == "there are 3 targets for the 2 inputs of \(x)")
      let negative = try write("n.npy", "|i1", "(2,)", [0, 0xFF], in: folder)
      let good = try write("g.npy", "<f8", "(2, 1)", bytes([1, 2] as [Double]), in: folder)
      #expect(throws: SurprisalError.self) { try SupervisedData.numPy(inputs: good, targets: negative) }
    }
  }

  @Test func builtInDigitsAreImages() throws {
    let data = try SupervisedData.builtIn("digits")
    #expect(data.inputs.shape == [1797, 1, 8, 8] && data.classNames.count == 10)
    let batch = data.batch(at: Array(0..<1797)).inputs
    #expect(batch.max().item == 1 && batch.min().item == 0)
    #expect(try SupervisedData.builtIn("three-clusters").inputs.shape == [900, 2])
    #expect(try #require(throws: SurprisalError.self) { try SupervisedData.builtIn("old-faithful") }.category == .usage)
  }
}
