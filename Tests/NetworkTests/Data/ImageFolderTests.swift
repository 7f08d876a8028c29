import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

#if SystemLibraries
  /// Folders of images, sound and otherwise (A64).
  @Suite struct ImageFolderTests {
    private func write(_ pixels: [UInt8], _ shape: [Int], _ path: String, in folder: URL) throws {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try PNGImage(height: shape[0], width: shape[1], channels: shape[2], pixels: pixels).write(to: file.path)
    }

    private func sound(in folder: URL) throws {
      for index in 0..<3 {
        try write((0..<12).map { UInt8($0 + 20 * index) }, [2, 2, 3], "dog/\(index).png", in: folder)
        try write((0..<12).map { UInt8(200 + $0 - index) }, [2, 2, 3], "cat/\(index).png", in: folder)
      }
      try Data([1]).write(to: folder.appendingPathComponent("cat/.hidden"))
    }

    @Test func classesAreSubfoldersInOrder() throws {
      try DataFixture.withFolder { folder in
        try sound(in: folder)
        let (data, skipped) = try SupervisedData.imageFolder(folder.path)
        #expect(skipped.isEmpty && data.classNames == ["cat", "dog"])
        #expect(data.inputs.shape == [6, 3, 2, 2] && data.inputs.dtype == .uint8)
        #expect(data.targets.scalars(as: Int.self) == [0, 0, 0, 1, 1, 1])
        // Channels first.
        #expect(data.inputs[4].scalars(as: Int.self) == [20, 23, 26, 29, 21, 24, 27, 30, 22, 25, 28, 31])
        let known = try SupervisedData.imageFolder(folder.path, classNames: ["dog", "bird", "cat"]).data
        #expect(known.targets.scalars(as: Int.self) == [2, 2, 2, 0, 0, 0] && known.classNames.count == 3)
        let error = try #require(throws: SurprisalError.self) {
          try SupervisedData.imageFolder(folder.path, classNames: ["dog", "bird"])
        }
        #expect(error.category == .data && error.message.hasPrefix("`cat` is no class of the model: dog, bird"))
      }
    }

    @Test(arguments: ["size", "channels", "text", "damage", "empty"])
    func whatIsBadIsNamedOrSkipped(_ fault: String) throws {
      try DataFixture.withFolder { folder in
        try sound(in: folder)
        // Its name comes before those of the sound ones: the size of most images counts, not that of the first.
        var bad = "cat/+.png"
        switch fault {
        case "size": try write([1, 2, 3, 4, 5, 6], [1, 2, 3], bad, in: folder)
        case "channels": try write([1, 2, 3, 4], [2, 2, 1], bad, in: folder)
        case "text": try Data("no image".utf8).write(to: folder.appendingPathComponent(bad))
        case "damage":
          var bytes = try PNGImage(height: 2, width: 2, channels: 3, pixels: [UInt8](repeating: 7, count: 12)).encoded()
          bytes[bytes.count - 20] ^= 1
          try Data(bytes).write(to: folder.appendingPathComponent(bad))
        default:
          bad = "bird"
          try FileManager.default.createDirectory(
            at: folder.appendingPathComponent(bad), withIntermediateDirectories: true)
        }
        let error = try #require(throws: SurprisalError.self) { try SupervisedData.imageFolder(folder.path) }
        #expect(error.category == .data)
        let isOfAnother = fault == "size" || fault == "channels"
        // Without leave the first image says the size, and the next one differs from it.
        #expect(error.location?.file == folder.path + "/" + (isOfAnother ? "cat/0.png" : bad), "\(error)")
        #expect(!isOfAnother || error.message.contains(folder.path + "/" + bad))
        let (data, skipped) = try SupervisedData.imageFolder(folder.path, skipsBad: true)
        #expect(skipped.map(\.path) == [folder.path + "/" + bad] && skipped.allSatisfy { !$0.reason.isEmpty })
        #expect(data.count == 6 && data.classNames == ["cat", "dog"])
        #expect(data.targets.scalars(as: Int.self) == [0, 0, 0, 1, 1, 1])
        #expect(data.inputs[0].scalars(as: Int.self)[0] == 200)
      }
    }

    /// The network's shape decides what is taken; nothing is converted.
    @Test func imagesForANetworkAreTakenByItsShape() throws {
      try DataFixture.withFolder { folder in
        try sound(in: folder)
        try write([1, 2, 3, 4], [2, 2, 1], "gray.png", in: folder)
        try write((0..<18).map { UInt8($0) }, [2, 3, 3], "wide.png", in: folder)
        let paths = { (names: [String]) in names.map { folder.path + "/" + $0 } }
        let good = paths(["dog/2.png", "cat/0.png"])
        let (inputs, files, skipped) = try SupervisedData.images(files: good, inputShape: [3, 2, 2])
        #expect(inputs.shape == [2, 3, 2, 2] && inputs.dtype == .uint8 && files == good && skipped.isEmpty)
        // Channels first, in the order given.
        #expect(inputs[0].scalars(as: Int.self) == [40, 43, 46, 49, 41, 44, 47, 50, 42, 45, 48, 51])
        let mixed = paths(["gray.png", "dog/2.png", "wide.png", "cat/0.png"])
        let error = try #require(throws: SurprisalError.self) {
          try SupervisedData.images(files: mixed, inputShape: [3, 2, 2])
        }
        #expect(error.category == .data && error.location?.file == mixed[0])
        #expect(
          error.message == "the image has 2 × 2 pixels of 1 channel (gray), the network takes 2 × 2 pixels of 3 "
            + "channels (color)")
        let kept = try SupervisedData.images(files: mixed, inputShape: [3, 2, 2], skipsBad: true)
        #expect(kept.files == good && kept.skipped.map(\.path) == [mixed[0], mixed[2]])
        #expect(kept.inputs.scalars(as: Int.self) == inputs.scalars(as: Int.self))
        let refused: [(files: [String], shape: [Int], skips: Bool)] = [
          (mixed, [4], true), ([mixed[0]], [3, 2, 2], true), ([], [3, 2, 2], false),
        ]
        for (files, shape, skips) in refused {
          let error = try #require(throws: SurprisalError.self) {
            try SupervisedData.images(files: files, inputShape: shape, skipsBad: skips)
          }
          #expect(error.category == .data, "\(error)")
        }
        let missing = try #require(throws: SurprisalError.self) {
          try SupervisedData.images(files: paths(["none.png"]), inputShape: [3, 2, 2], skipsBad: true)
        }
        #expect(missing.category == .missingInput)
      }
    }

    @Test func aFolderWithoutClassesIsRefused() throws {
      try DataFixture.withFolder { folder in
        let error = try #require(throws: SurprisalError.self) { try SupervisedData.imageFolder(folder.path) }
        #expect(error.category == .missingInput)
        let missing = try #require(throws: SurprisalError.self) {
          try SupervisedData.imageFolder(folder.path + "/none")
        }
        #expect(missing.category == .missingInput)
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent("a"), withIntermediateDirectories: true)
        #expect(throws: SurprisalError.self) { try SupervisedData.imageFolder(folder.path, skipsBad: true) }
      }
    }
  }
#endif
