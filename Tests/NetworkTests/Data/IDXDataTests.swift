import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Images and labels from idx files (A18).
@Suite struct IDXDataTests {
  private func write(_ bytes: [UInt8], _ name: String, in folder: URL) throws -> String {
    let file = folder.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }

  @Test func imagesGetAChannelAndLabelsClasses() throws {
    try DataFixture.withFolder { folder in
      let images = try write(DataFixture.idx(shape: [3, 2, 2], Array(0..<12)), "i", in: folder)
      let labels = try write(DataFixture.idx(shape: [3], [1, 0, 2]), "l", in: folder)
      let data = try SupervisedData.idx(images: images, labels: labels)
      #expect(data.inputs.shape == [3, 1, 2, 2] && data.inputs.dtype == .uint8 && data.isImages)
      #expect(data.targets.scalars(as: Int.self) == [1, 0, 2] && data.classNames == ["0", "1", "2"])
      let batch = data.batch(at: [2, 0])
      #expect(batch.inputs.shape == [2, 1, 2, 2] && batch.inputs.dtype == .float32)
      let pixels: [Float] = [8, 9, 10, 11, 0, 1, 2, 3]
      #expect(batch.inputs.scalars(as: Float.self) == pixels.map { $0 * (Float(1) / 255) })
      #expect(batch.targets.scalars(as: Int.self) == [2, 1])
    }
  }

  @Test func imagesAreReadWithoutLabels() throws {
    try DataFixture.withFolder { folder in
      let images = try write(DataFixture.idx(shape: [3, 2, 2], Array(0..<12)), "i", in: folder)
      let inputs = try SupervisedData.idxImages(images)
      #expect(inputs.shape == [3, 1, 2, 2] && inputs.dtype == .uint8)
      #expect(inputs.scalars(as: Int.self) == Array(0..<12))
      // Channels that the file has itself stay.
      let colors = try write(DataFixture.idx(shape: [1, 3, 2, 2], Array(0..<12)), "c", in: folder)
      #expect(try SupervisedData.idxImages(colors).shape == [1, 3, 2, 2])
      let labels = try write(DataFixture.idx(shape: [1], [0]), "l", in: folder)
      for (shape, fragment) in [([4], "at least two dimensions"), ([Int](repeating: 1, count: 13), "13 dimensions")] {
        let path = try write(DataFixture.idx(shape: shape, [UInt8](repeating: 0, count: shape[0])), "f", in: folder)
        let error = try #require(throws: SurprisalError.self) { try SupervisedData.idxImages(path) }
        #expect(error.category == .data && error.message.contains(fragment), "\(error)")
        #expect(error.location?.file == path)
        let labeled = try #require(throws: SurprisalError.self) {
          try SupervisedData.idx(images: path, labels: labels)
        }
        #expect(labeled == error)
      }
    }
  }

  @Test func aFolderNamesItsClasses() throws {
    try DataFixture.withFolder { folder in
      for (part, first) in [("train", 1), ("t10k", 0)] as [(String, UInt8)] {
        let pixels = [first, 6]
        _ = try write(DataFixture.idx(shape: [2, 1, 1], pixels), "\(part)-images-idx3-ubyte", in: folder)
        _ = try write(DataFixture.idx(shape: [2], [first, 1 - first]), "\(part)-labels-idx1-ubyte", in: folder)
      }
      // Images and labels of each part are its own.
      let (training, test) = try SupervisedData.mnist(folder: folder.path)
      #expect(training.inputs.scalars(as: Int.self) == [1, 6] && training.targets.scalars(as: Int.self) == [1, 0])
      #expect(test.inputs.scalars(as: Int.self) == [0, 6] && test.targets.scalars(as: Int.self) == [0, 1])
      #expect(SupervisedData.isMNIST(folder: folder.path) && !SupervisedData.isMNIST(folder: "/"))
      #expect(test.classNames == ["0", "1"])
      _ = try write(Array("shirt\nbag\nboot\n".utf8), "classes.txt", in: folder)
      #expect(try SupervisedData.mnist(folder: folder.path).training.classNames == ["shirt", "bag", "boot"])
    }
  }

  @Test func countsThatDifferAreNamed() throws {
    try DataFixture.withFolder { folder in
      let images = try write(DataFixture.idx(shape: [3, 1, 1], [0, 0, 0]), "i", in: folder)
      let two = try write(DataFixture.idx(shape: [2], [0, 1]), "l", in: folder)
      let error = try #require(throws: SurprisalError.self) { try SupervisedData.idx(images: images, labels: two) }
      #expect(error.category == .data)
      #expect(error.description.contains("there are 2 labels for the 3 images of \(images)"))
      let high = try write(DataFixture.idx(shape: [3], [0, 1, 7]), "h", in: folder)
      let other = try #require(throws: SurprisalError.self) {
        try SupervisedData.idx(images: images, labels: high, classNames: ["a", "b"])
      }
      #expect(other.message == "label 3 of 3 is 7, and classes are numbered from 0 to 1")
      // The first number that is no class.
      let next = try write(DataFixture.idx(shape: [3], [0, 2, 1]), "n", in: folder)
      let last = try #require(throws: SurprisalError.self) {
        try SupervisedData.idx(images: images, labels: next, classNames: ["a", "b"])
      }
      #expect(last.message == "label 2 of 3 is 2, and classes are numbered from 0 to 1")
    }
  }

  @Test func aFolderMustHoldAllFour() throws {
    try DataFixture.withFolder { folder in
      _ = try write(DataFixture.idx(shape: [1, 1, 1], [0]), "train-images-idx3-ubyte", in: folder)
      let error = try #require(throws: SurprisalError.self) { try SupervisedData.mnist(folder: folder.path) }
      #expect(error.category == .missingInput)
      #expect(
        error.message == "there is no train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, "
          + "with or without .gz")
    }
  }

  #if SystemLibraries
    /// MNIST as it is known: counts, how often each class comes, mean and deviation of the pixels.
    @Test func readsMNIST() throws {
      guard let folder = DataFixture.shared("mnist") else { return }
      let (training, test) = try SupervisedData.mnist(folder: folder.path)
      #expect(training.inputs.shape == [60_000, 1, 28, 28] && test.inputs.shape == [10_000, 1, 28, 28])
      var counts = [Int](repeating: 0, count: 10)
      for label in training.targets.scalars(as: Int.self) { counts[label] += 1 }
      #expect(counts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
      let scale = Standardization(of: training.inputs)
      #expect(abs(scale.means[0] / 255 - 0.1307) < 5e-5 && abs(scale.standardDeviations[0] / 255 - 0.3081) < 5e-5)
      #expect(training.fingerprint.count == 64 && training.fingerprint != test.fingerprint)
    }
  #endif
}
