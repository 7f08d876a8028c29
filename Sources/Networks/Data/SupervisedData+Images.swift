import SurprisalCore
import SurprisalData
import SurprisalTensors

/// A file or folder of an image folder that was left out, and why.
public struct SkippedFile: Sendable, Hashable {
  /// Its name.
  public var path: String
  /// What is wrong with it, as one line.
  public var reason: String
}

extension SupervisedData {
  /// The images of a folder whose subfolders are the classes, named and ordered by them; PNG files, ordered by name.
  ///
  /// All images must have one size and as many channels. What cannot be used is an error that names the first such
  /// file; with `skipsBad` it is left out and listed, and the size is that which most images have. Names that begin with
  /// a dot are passed over.
  ///
  /// - Parameter classNames: the classes of a model that is there already; nil takes those of the folder.
  /// - Throws: a data error for a file that is no sound image or of another size, for an empty class, and for a class
  ///   that is none of `classNames`; a missing-input error for a folder without subfolders.
  public static func imageFolder(
    _ path: String, skipsBad: Bool = false, classNames: [String]? = nil, threads: Int? = nil
  ) throws -> (data: SupervisedData, skipped: [SkippedFile]) {
    var skipped: [SkippedFile] = []
    func leaveOut(_ error: SurprisalError, _ file: String) throws {
      guard skipsBad, error.category == .data else { throw error }
      skipped.append(SkippedFile(path: file, reason: error.message))
    }
    let folders = try Folder.entries(path).filter(\.isFolder).map(\.name)
    guard !folders.isEmpty else {
      throw SurprisalError(
        .missingInput, "has no subfolders, and each class is one", remedy: "put the images of each class in its own",
        at: .init(file: path))
    }
    var classes: [String] = []
    var files: [(path: String, label: Int, shape: [Int])] = []
    for name in folders {
      let folder = path + "/" + name
      var label = classes.count
      if let classNames {
        guard let known = classNames.firstIndex(of: name) else {
          try leaveOut(unknownClass(name, classNames, folder), folder)
          continue
        }
        label = known
      }
      let count = files.count
      for entry in try Folder.entries(folder) where !entry.isFolder {
        let file = folder + "/" + entry.name
        do {
          files.append((file, label, try PNGImage.shape(ofFile: file)))
        } catch let error as SurprisalError {
          try leaveOut(error, file)
        }
      }
      guard files.count > count else {
        try leaveOut(emptyClass(folder), folder)
        continue
      }
      classes.append(name)
    }
    let shape = skipsBad ? mostCommon(files.map(\.shape)) : files.first?.shape
    guard let shape, let first = files.first(where: { $0.shape == shape }) else { throw emptyClass(path) }
    var fitting: [(path: String, label: Int)] = []
    for file in files {
      if file.shape == shape {
        fitting.append((file.path, file.label))
      } else {
        try leaveOut(otherSize(file.path, file.shape, first.path, shape), file.path)
      }
    }
    let decoded = decode(fitting.map(\.path), shape: shape, threads: threads)
    var kept: [Int] = []
    for (index, error) in decoded.errors.enumerated() {
      if let error { try leaveOut(error, fitting[index].path) } else { kept.append(index) }
    }
    let all = try SupervisedData(
      inputs: decoded.pixels, targets: Tensor(fitting.map(\.label)), classNames: classNames ?? classes)
    return (kept.count == fitting.count ? all : all.selecting(kept), skipped)
  }

  /// The images of the PNG files called `files`, uint8 [count, channels, height, width], for a network that takes
  /// `inputShape`, [channels, height, width]; no size and no color is converted, as none is in training.
  ///
  /// What cannot be used is an error that names the first such file, its size and that of the network; with `skipsBad`
  /// it is left out and listed. The names of those that were taken come back in the order given.
  ///
  /// - Throws: a data error for a file that is no sound image, or of another size or other channels, for a network that
  ///   takes no images, and if no file is left; a missing-input error for a file that is not there.
  public static func images(
    files: [String], inputShape: [Int], skipsBad: Bool = false, threads: Int? = nil
  ) throws -> (inputs: Tensor, files: [String], skipped: [SkippedFile]) {
    guard inputShape.count == 3 else {
      throw SurprisalError(
        .data, "the network takes inputs of the shape \(inputShape), which are no images",
        remedy: "give data like those that it was trained on", at: files.first.map { .init(file: $0) })
    }
    let wanted = [inputShape[1], inputShape[2], inputShape[0]]
    var skipped: [SkippedFile] = []
    func leaveOut(_ error: SurprisalError, _ file: String) throws {
      guard skipsBad, error.category == .data else { throw error }
      skipped.append(SkippedFile(path: file, reason: error.message))
    }
    var fitting: [String] = []
    for file in files {
      do {
        let shape = try PNGImage.shape(ofFile: file)
        guard shape == wanted else { throw notTaken(file, shape, wanted) }
        fitting.append(file)
      } catch let error as SurprisalError {
        try leaveOut(error, file)
      }
    }
    guard !fitting.isEmpty else { throw nothingLeft(files) }
    let decoded = decode(fitting, shape: wanted, threads: threads)
    var kept: [Int] = []
    for (index, error) in decoded.errors.enumerated() {
      if let error { try leaveOut(error, fitting[index]) } else { kept.append(index) }
    }
    guard !kept.isEmpty else { throw nothingLeft(files) }
    let isWhole = kept.count == fitting.count
    return (
      isWhole ? decoded.pixels : decoded.pixels.selected(at: Tensor(kept), alongAxis: 0), kept.map { fitting[$0] },
      skipped
    )
  }

  /// Decodes images of one shape [height, width, channels] into [count, channels, height, width].
  private static func decode(
    _ paths: [String], shape: [Int], threads: Int?
  ) -> (pixels: Tensor, errors: [SurprisalError?]) {
    let (plane, channels) = (shape[0] * shape[1], shape[2])
    var pixels = Tensor(zeros: [paths.count, channels, shape[0], shape[1]], dtype: .uint8)
    var errors = [SurprisalError?](repeating: nil, count: paths.count)
    pixels.withUnsafeMutableElements { memory in
      errors.withUnsafeMutableBufferPointer { errors in
        // Each index writes its own image and its own error only.
        nonisolated(unsafe) let (memory, errors) = (memory, errors)
        parallelFor(count: paths.count, threads: Threads.resolve(threads)) { index in
          do {
            let image = try PNGImage(path: paths[index])
            let out = memory.assumingMemoryBound(to: UInt8.self) + index * plane * channels
            image.pixels.withUnsafeBufferPointer { source in
              for channel in 0..<channels {
                for place in 0..<plane { out[channel * plane + place] = source[place * channels + channel] }
              }
            }
          } catch let error as SurprisalError {
            errors[index] = error
          } catch {
            errors[index] = SurprisalError(.internal, "\(error)", at: .init(file: paths[index]))
          }
        }
      }
    }
    return (pixels, errors)
  }

  private static func mostCommon(_ shapes: [[Int]]) -> [Int]? {
    var counts: [[Int]: Int] = [:]
    for shape in shapes { counts[shape, default: 0] += 1 }
    // Of equally many the one that comes first.
    let most = counts.values.max()
    return shapes.first { counts[$0] == most }
  }

  private static func emptyClass(_ folder: String) -> SurprisalError {
    SurprisalError(
      .data, "holds no image that can be used", remedy: "put PNG images in it, or remove it", at: .init(file: folder))
  }

  private static func unknownClass(_ name: String, _ known: [String], _ folder: String) -> SurprisalError {
    SurprisalError(
      .data,
      "`\(name)` is no class of the model: \(known.prefix(12).joined(separator: ", "))"
        + (known.count > 12 ? ", …" : ""), remedy: "give the classes that it was trained on", at: .init(file: folder))
  }

  private static func otherSize(_ path: String, _ shape: [Int], _ first: String, _ wanted: [Int]) -> SurprisalError {
    SurprisalError(
      .data, "the image has \(text(of: shape)), \(first) has \(text(of: wanted))",
      remedy: "bring all images to one size, or leave such out with --skip-bad", at: .init(file: path))
  }

  private static func notTaken(_ path: String, _ shape: [Int], _ wanted: [Int]) -> SurprisalError {
    let form =
      shape[2] == wanted[2] ? "bring it to that size" : "save it with those channels, none are converted"
    return SurprisalError(
      .data, "the image has \(text(of: shape)), the network takes \(text(of: wanted))",
      remedy: "\(form), or leave such out with --skip-bad", at: .init(file: path))
  }

  private static func nothingLeft(_ files: [String]) -> SurprisalError {
    SurprisalError(
      .data, files.count == 1 ? "the image cannot be used" : "none of the \(files.count) images can be used",
      remedy: "without --skip-bad the first fault is named", at: files.first.map { .init(file: $0) })
  }

  /// The shape [height, width, channels] in words.
  private static func text(of shape: [Int]) -> String {
    let colors = [1: "gray", 2: "gray, alpha", 3: "color", 4: "color, alpha"]
    let channels = "\(shape[2]) channel\(shape[2] == 1 ? "" : "s")"
    return "\(shape[0]) × \(shape[1]) pixels of \(channels)\(colors[shape[2]].map { " (\($0))" } ?? "")"
  }
}
