import SurprisalCore
import SurprisalData
import SurprisalTensors

extension SupervisedData {
  /// Inputs and targets from two arrays, each a .npy file or a member of a .npz file (`file.npz:name`).
  ///
  /// Inputs of bytes of shape [count, height, width] are images and get one channel; inputs with four axes of which the
  /// last is 1, 3 or 4 and the second is not have their channels last, as image libraries write them, and get them
  /// second. Bytes of 0 and 1 alone are numbers as they are. Targets that are whole numbers, one for each datum, are
  /// classes, unless `kind` says otherwise; all others are numbers.
  ///
  /// - Throws: a data error if the counts differ, a number is not finite, or a class is negative or not whole.
  public static func numPy(
    inputs: String, targets: String, kind: TargetKind = .automatic, classNames: [String]? = nil
  ) throws -> SupervisedData {
    let inputArray = try NumPyArray(path: inputs)
    let targetArray = try NumPyArray(path: targets)
    guard let count = inputArray.shape.first, let targetCount = targetArray.shape.first, count == targetCount else {
      throw SurprisalError(
        .data,
        "there are \(targetArray.shape.first ?? 1) targets for the \(inputArray.shape.first ?? 1) inputs of "
          + inputArray.name, remedy: "give one target for each input", at: .init(file: targetArray.name))
    }
    let x = try images(Tensor(inputArray))
    try checkFinite(x, file: inputArray.name)
    let isBinary = x.dtype == .uint8 && x.withUnsafeBytes { $0.allSatisfy { $0 <= 1 } }
    let scale = isBinary ? Standardization(mean: 0, standardDeviation: 1) : nil
    let isOne = targetArray.shape.dropFirst().allSatisfy { $0 == 1 }
    let isWhole = targetArray.integers() != nil
    guard kind == .classes || kind == .automatic && isOne && isWhole else {
      var y = try Tensor(targetArray)
      try checkFinite(y, file: targetArray.name)
      if !y.dtype.isFloatingPoint { y = y.converted(to: .float32) }
      if y.rank == 1 { y = y.reshaped(to: [count, 1]) }
      return try SupervisedData(inputs: x, targets: y, inputStandardization: scale)
    }
    let numbers = targetArray.doubles()
    guard isOne, let classes = targetArray.integers() ?? whole(numbers) else {
      throw SurprisalError(
        .data, "classes are one whole number for each datum, not \(targetArray.type) of shape \(targetArray.shape)",
        remedy: "number the classes from 0", at: .init(file: targetArray.name))
    }
    let names = try classNames ?? numberedClasses(classes, file: targetArray.name)
    try check(classes, count: names.count, file: targetArray.name)
    return try SupervisedData(
      inputs: x, targets: Tensor(classes), classNames: names, inputStandardization: scale)
  }

  /// The training data, and the test data if there are any, of a .npz file with arrays called `x` and `y`, `inputs` and
  /// `targets`, `images` and `labels`, or `x_train`, `y_train`, `x_test` and `y_test` (in any case).
  ///
  /// - Throws: a data error that lists the arrays if none of these pairs is there, and the errors of two arrays.
  public static func numPyArchive(
    _ path: String, kind: TargetKind = .automatic
  ) throws -> (training: SupervisedData, test: SupervisedData?) {
    let names = try NumPyArray.memberNames(ofArchive: path)
    func pair(_ first: String, _ second: String, _ classNames: [String]? = nil) throws -> SupervisedData? {
      guard let inputs = names.first(where: { $0.lowercased() == first }),
        let targets = names.first(where: { $0.lowercased() == second })
      else { return nil }
      return try numPy(
        inputs: "\(path):\(inputs)", targets: "\(path):\(targets)", kind: kind, classNames: classNames)
    }
    for (first, second) in [("x", "y"), ("inputs", "targets"), ("images", "labels")] {
      if let data = try pair(first, second) { return (data, nil) }
    }
    guard let training = try pair("x_train", "y_train") else {
      throw SurprisalError(
        .data, "the file holds \(names.prefix(12).joined(separator: ", ")), which are no inputs with targets",
        remedy: "call the arrays x and y, or x_train, y_train, x_test and y_test", at: .init(file: path))
    }
    return (training, try pair("x_test", "y_test", training.isClassification ? training.classNames : nil))
  }

  /// `x` with the channels on the second axis if it holds images.
  private static func images(_ x: Tensor) throws -> Tensor {
    if x.rank == 3, x.dtype == .uint8 { return x.reshaped(to: [x.shape[0], 1, x.shape[1], x.shape[2]]) }
    guard x.rank == 4, [1, 3, 4].contains(x.shape[3]), ![1, 3, 4].contains(x.shape[1]) else { return x }
    return x.permuted([0, 3, 1, 2]).contiguous()
  }

  private static func whole(_ numbers: [Double]) -> [Int]? {
    let whole = numbers.compactMap { Int(exactly: $0) }
    return whole.count == numbers.count ? whole : nil
  }

  /// Refuses numbers that are not finite, with the first datum that has one.
  private static func checkFinite(_ x: Tensor, file: String) throws {
    guard x.dtype.isFloatingPoint, x.count > 0 else { return }
    let width = x.count / x.shape[0]
    // A sum is not finite if a term is not; few sums of finite numbers overflow, and those are looked at once more.
    guard !x.converted(to: .float64).sum().item.isFinite else { return }
    let values = x.scalars(as: Double.self)
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw SurprisalError(
      .data, "datum \(place / width + 1) of \(x.shape[0]) holds \(values[place])",
      remedy: "leave out or fill in what is missing", at: .init(file: file))
  }
}

extension Tensor {
  /// The array of a .npy file; types that tensors do not have become the nearest that holds them, as for safetensors.
  ///
  /// - Throws: a data error for more axes than tensors may have, and for uint64 numbers that int64 cannot hold.
  public init(_ array: NumPyArray) throws {
    guard array.shape.count <= Tensor.maximumRank else {
      throw SurprisalError(
        .data, "the array has \(array.shape.count) axes, more than \(Tensor.maximumRank)",
        remedy: "save it with neighboring axes joined", at: .init(file: array.name))
    }
    if let dtype = DType(array.type), !array.isBigEndian || array.type.byteCount == 1,
      !array.isFortranOrder || array.shape.count < 2
    {
      self = array.withUnsafeBytes { Tensor(bytes: $0, shape: array.shape, dtype: dtype) }
      return
    }
    guard array.type.isFloatingPoint else {
      guard let integers = array.integers() else {
        throw SurprisalError(
          .data, "the array holds uint64 numbers over \(Int.max)", remedy: "save it as int64 or float64",
          at: .init(file: array.name))
      }
      let dtype = DType(array.type) ?? (array.type.byteCount < 4 ? .int32 : .int64)
      self.init(integers, shape: array.shape, dtype: dtype)
      return
    }
    self.init(array.doubles(), shape: array.shape, dtype: DType(array.type) ?? .float32)
  }
}

extension ElementType {
  fileprivate var isFloatingPoint: Bool { [.float64, .float32, .float16, .bfloat16].contains(self) }
}
