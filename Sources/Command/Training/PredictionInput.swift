import Surprisal

/// Reads what DATA of `predict` names: inputs, which need no targets, and the file of each where every one is a file.
struct PredictionInput {
  /// What DATA may be.
  static let positional = Command.Positional(
    name: "DATA",
    help: "PNG images: files, a folder, or one with a folder for each class; a file of idx images, packed with gzip or "
      + "not, or a folder of idx files (MNIST), of which the test data; a table, .npy, .npz with x and y, or the "
      + "built-in digits",
    isRepeated: true, completions: ["digits"])

  /// Inputs, and for images in files of their own the name of each.
  typealias Inputs = (data: SupervisedData, files: [String]?)

  var arguments: Arguments
  var console: Console
  /// The network that the inputs are for.
  var interface: TrainedNetwork.Interface

  /// The inputs called `names`, the first of them alone if a limit is given.
  ///
  /// - Throws: a usage error for several names that are not all of images.
  func read(_ names: [String]) throws -> Inputs {
    guard names.count < 2 else { return try images(names.flatMap(files(of:))) }
    let name = names.first ?? ""
    if FileSystem.isFolder(name), !SupervisedData.isMNIST(folder: name) {
      return try images(files(inFolder: name))
    }
    switch InspectedFile.format(of: name) {
    case .image: return try images([name])
    case .idx: return (try unlabeled(SupervisedData.idxImages(name)), nil)
    default: return (try labeledOrTable(name), nil)
    }
  }

  /// What has no images in files of their own.
  private func labeledOrTable(_ name: String) throws -> SupervisedData {
    if name.hasSuffix(".npy") {
      let array = try Tensor(NumPyArray(path: name))
      let isImages = array.rank == 3 && interface.inputShape.count == 3
      return try unlabeled(isImages ? array.expandingAxis(1) : array)
    }
    let isTable =
      !FileSystem.isFolder(name) && !name.hasSuffix(".npz")
      && (FileSystem.exists(name) || name != BuiltInDataSet.digits.name || interface.inputShape.count == 1)
    guard isTable else {
      let parts = try TrainingInput(arguments: arguments, console: console, interface: interface).read(name)
      let data = parts.test ?? parts.training
      return arguments[TrainOptions.limit].map { data.prefix($0) } ?? data
    }
    let reading = InputTable(arguments: arguments, console: console)
    var options = reading.options
    options.wordColumns = .automatic(also: [])
    let table = try reading.read(name, options: options)
    let inputs = try InputTable.named(name) {
      // A network of arrays knows no names: columns count by position.
      let names = interface.inputNames
      return try SupervisedData.inputs(of: table, like: names.isEmpty ? table.columnNames : names)
    }
    return try unlabeled(inputs)
  }

  private func unlabeled(_ inputs: Tensor) throws -> SupervisedData {
    let data = try SupervisedData(inputs: inputs, targets: Tensor(zeros: [inputs.shape.first ?? 0, 1]))
    return arguments[TrainOptions.limit].map { data.prefix($0) } ?? data
  }

  /// The images of PNG files in the order given.
  private func images(_ files: [String]) throws -> Inputs {
    let asked = arguments[TrainOptions.limit].map { Array(files.prefix($0)) } ?? files
    let (inputs, taken, skipped) = try SupervisedData.images(
      files: asked, inputShape: interface.inputShape, skipsBad: arguments[TrainOptions.skipBad],
      threads: arguments[SharedOptions.threads])
    console.note(skipped: skipped, of: asked.count)
    return (try unlabeled(inputs), taken)
  }

  /// The images that one of several names stands for.
  private func files(of name: String) throws -> [String] {
    if FileSystem.isFolder(name), !SupervisedData.isMNIST(folder: name) { return try files(inFolder: name) }
    let isImage = !FileSystem.isFolder(name) && (!FileSystem.exists(name) || InspectedFile.format(of: name) == .image)
    guard isImage || arguments[TrainOptions.skipBad] else {
      throw SurprisalError(
        .usage, "\(name) is no PNG image, and only images are given several at once",
        remedy: "give other data alone")
    }
    return [name]
  }

  /// The images of a folder: its files, or those of its subfolders where it holds none itself; of `train` and `test`
  /// the latter.
  private func files(inFolder name: String) throws -> [String] {
    var folder = name
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if FileSystem.isFolder(folder + "/train") { folder += FileSystem.isFolder(folder + "/test") ? "/test" : "/train" }
    let entries = try Folder.entries(folder)
    let subfolders = entries.filter(\.isFolder).map { "\(folder)/\($0.name)" }
    var files = entries.filter { !$0.isFolder }.map { "\(folder)/\($0.name)" }
    if !subfolders.isEmpty {
      if files.contains(where: { $0.lowercased().hasSuffix(".png") }) {
        console.note("note: the subfolders of \(folder) are left out: it holds images itself")
      } else {
        files = try subfolders.flatMap { subfolder in
          try Folder.entries(subfolder).filter { !$0.isFolder }.map { "\(subfolder)/\($0.name)" }
        }
      }
    }
    guard !files.isEmpty else {
      throw SurprisalError(
        .data, "holds no image", remedy: "name PNG images, or a folder of them", at: .init(file: folder))
    }
    return files
  }
}

extension Console {
  /// Says which of `count` images were left out, and why.
  func note(skipped: [SkippedFile], of count: Int) {
    for file in skipped { note("note: left out \(file.path): \(file.reason)") }
    if !skipped.isEmpty { note("note: \(skipped.count) of \(count) images left out") }
  }
}
