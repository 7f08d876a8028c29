import SurprisalCore
import SurprisalData
import SurprisalTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SupervisedData {
  /// Images and their labels from two idx files, raw or packed with gzip.
  ///
  /// Images of shape [count, height, width] get one channel; other arrays stay as they are. Labels are whole numbers
  /// from 0 and there are as many classes as the largest says, or as many as there are names.
  ///
  /// - Throws: a data error that names both counts if they differ, or the first label that is no class.
  public static func idx(images: String, labels: String, classNames: [String]? = nil) throws -> SupervisedData {
    let labelArray = try IDXArray(path: labels)
    guard labelArray.shape.count == 1, let classes = labelArray.integers() else {
      throw SurprisalError(
        .data, "labels are whole numbers of shape [count], not \(labelArray.type) of shape \(labelArray.shape)",
        remedy: "name the labels' file", at: .init(file: labels))
    }
    let inputs = try idxImages(images)
    guard inputs.shape[0] == classes.count else {
      throw SurprisalError(
        .data, "there are \(classes.count) labels for the \(inputs.shape[0]) images of \(images)",
        remedy: "name the labels that belong to the images", at: .init(file: labels))
    }
    let names = try classNames ?? numberedClasses(classes, file: labels)
    try check(classes, count: names.count, file: labels)
    return try SupervisedData(inputs: inputs, targets: Tensor(classes), classNames: names)
  }

  /// The images of an idx file, raw or packed with gzip, without labels: of shape [count, height, width] they get one
  /// channel, other arrays stay as they are.
  ///
  /// - Throws: a data error for an array of one dimension, which is no images, or of more than tensors have.
  public static func idxImages(_ path: String) throws -> Tensor {
    let array = try IDXArray(path: path)
    guard array.shape.count > 1 else {
      throw SurprisalError(
        .data, "images have at least two dimensions, this array has the shape \(array.shape)",
        remedy: "name the images' file", at: .init(file: path))
    }
    guard array.shape.count <= Tensor.maximumRank else {
      throw SurprisalError(
        .data, "the array has \(array.shape.count) dimensions, more than \(Tensor.maximumRank)",
        remedy: "write it with neighboring dimensions joined", at: .init(file: path))
    }
    let images = Tensor(array)
    guard images.rank == 3 else { return images }
    return images.reshaped(to: [images.shape[0], 1] + Array(images.shape[1...]))
  }

  /// The training and the test data of a folder that holds the four files of MNIST by their names: `train-images` and
  /// `t10k-images` with `-idx3-ubyte`, `train-labels` and `t10k-labels` with `-idx1-ubyte`, each raw or with `.gz`.
  ///
  /// The classes are called by the lines of `classes.txt` where the folder holds one.
  ///
  /// - Throws: a missing-input error that lists every file that is not there.
  public static func mnist(
    folder: String, classNames: [String]? = nil
  ) throws -> (training: SupervisedData, test: SupervisedData) {
    let paths = mnistFileNames.map { name in
      [name, name + ".gz", name.replacingFirst("-idx", with: ".idx")].map { folder + "/" + $0 }
        .first { access($0, F_OK) == 0 }
    }
    let missing = zip(mnistFileNames, paths).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else {
      throw SurprisalError(
        .missingInput, "there is no \(missing.joined(separator: ", ")), with or without .gz",
        remedy: "`surprisal data fetch` gets all four", at: .init(file: folder))
    }
    let found = paths.compactMap(\.self)
    let classNames = try classNames ?? namedClasses(folder + "/classes.txt")
    let training = try idx(images: found[0], labels: found[1], classNames: classNames)
    let test = try idx(images: found[2], labels: found[3], classNames: classNames ?? training.classNames)
    guard training.inputShape == test.inputShape else {
      throw SurprisalError(
        .data, "the training images have the shape \(training.inputShape), the test images \(test.inputShape)",
        remedy: "fetch the four files of one set", at: .init(file: folder))
    }
    return (training, test)
  }

  /// Whether `folder` holds one of the four files of MNIST.
  public static func isMNIST(folder: String) -> Bool {
    mnistFileNames.contains { access("\(folder)/\($0)", F_OK) == 0 || access("\(folder)/\($0).gz", F_OK) == 0 }
  }

  private static let mnistFileNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  /// The lines of the file at `path`; nil if there is none.
  private static func namedClasses(_ path: String) throws -> [String]? {
    guard access(path, F_OK) == 0 else { return nil }
    let text = try MappedFile(path: path).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }

  /// The names "0", "1", … of as many classes as the largest of `classes` says.
  static func numberedClasses(_ classes: [Int], file: String) throws -> [String] {
    let largest = classes.max() ?? -1
    guard largest < 100_000 else {
      throw SurprisalError(
        .data, "the label \(largest) makes more than 100,000 classes", remedy: "number the classes from 0",
        at: .init(file: file))
    }
    return (0..<max(largest + 1, 0)).map { "\($0)" }
  }

  /// Refuses classes other than 0 ..< count, with the first.
  static func check(_ classes: [Int], count: Int, file: String) throws {
    guard let place = classes.firstIndex(where: { $0 < 0 || $0 >= count }) else { return }
    throw SurprisalError(
      .data,
      "label \(place + 1) of \(classes.count) is \(classes[place]), and classes are numbered from 0 to \(count - 1)",
      remedy: "give each datum one of the classes", at: .init(file: file))
  }
}

extension String {
  fileprivate func replacingFirst(_ part: String, with other: String) -> String {
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(part) { return self[..<rest.startIndex] + other + rest.dropFirst(part.count) }
      rest.removeFirst()
    }
    return self
  }
}

extension Tensor {
  /// The array of an idx file: bytes stay bytes, int8 and int16 become int32, the other types stay as they are.
  public init(_ array: IDXArray) {
    switch array.type {
    case .uint8: self = array.withUnsafeBytes { Tensor(bytes: $0, shape: array.shape, dtype: .uint8) }
    case .float32: self.init(array.doubles(), shape: array.shape, dtype: .float32)
    case .float64: self.init(array.doubles(), shape: array.shape)
    default: self.init(array.integers() ?? [], shape: array.shape, dtype: .int32)
    }
  }
}
