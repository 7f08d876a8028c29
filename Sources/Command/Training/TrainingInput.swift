import Surprisal

/// Reads what DATA of `train` and `evaluate` names, and of `predict` where there are targets: inputs with their targets.
struct TrainingInput {
  /// What DATA may be.
  static let positional = Command.Positional(
    name: "DATA",
    help: "a folder of idx files (MNIST) or of PNG images by class, .npz with x and y, .npy with --target FILE.npy, "
      + "a table with --target COLUMN, or the built-in digits",
    completions: ["digits"])

  /// Data to learn from and, where DATA brings them along, data to test with.
  typealias Parts = (training: SupervisedData, test: SupervisedData?)

  var arguments: Arguments
  var console: Console
  /// The network that the data are for, if there is one already: its classes and columns.
  var interface: TrainedNetwork.Interface?

  /// The data called `name`.
  func read(_ name: String) throws -> Parts {
    let parts = try InputTable.named(name) { try data(name) }
    guard let limit = arguments[TrainOptions.limit] else { return parts }
    return (parts.training.prefix(limit), parts.test)
  }

  private func data(_ name: String) throws -> Parts {
    if !FileSystem.exists(name), name == BuiltInDataSet.digits.name, arguments[TrainOptions.target] == nil {
      return (try SupervisedData.builtIn(name), nil)
    }
    if FileSystem.isFolder(name) { return try folder(name) }
    if name.hasSuffix(".npz"), arguments[TrainOptions.target] == nil {
      return try SupervisedData.numPyArchive(name, kind: arrayKind)
    }
    if name.hasSuffix(".npy") || name.contains(".npz:") {
      guard let target = arguments[TrainOptions.target], target.count == 1 else {
        throw SurprisalError(
          .usage, "--target is missing: name the array of the targets",
          remedy: "for example: --target targets.npy")
      }
      return (try SupervisedData.numPy(inputs: name, targets: target[0], kind: arrayKind), nil)
    }
    return (try table(name), nil)
  }

  private func folder(_ name: String) throws -> Parts {
    if arguments[TrainOptions.target] != nil {
      throw SurprisalError(
        .usage, "--target is for tables and arrays, and \(name) is a folder",
        remedy: "leave it out: subfolders or label files tell the classes")
    }
    let known = interface?.classNames
    if SupervisedData.isMNIST(folder: name) { return try SupervisedData.mnist(folder: name, classNames: known) }
    let (train, test) = ("\(name)/train", "\(name)/test")
    guard FileSystem.isFolder(train) else { return (try images(name, known), nil) }
    let training = try images(train, known)
    return (training, FileSystem.isFolder(test) ? try images(test, training.classNames) : nil)
  }

  private func images(_ folder: String, _ classNames: [String]?) throws -> SupervisedData {
    let (data, skipped) = try SupervisedData.imageFolder(
      folder, skipsBad: arguments[TrainOptions.skipBad], classNames: classNames,
      threads: arguments[SharedOptions.threads])
    console.note(skipped: skipped, of: data.count + skipped.count)
    return data
  }

  private var targetKind: SupervisedData.TargetKind {
    arguments[TrainOptions.kind].flatMap(SupervisedData.TargetKind.init(rawValue:)) ?? .automatic
  }

  /// What targets in arrays are: what the network has been trained on, if there is one.
  private var arrayKind: SupervisedData.TargetKind {
    interface.map { $0.isClassification ? .classes : .numbers } ?? targetKind
  }

  private func table(_ name: String) throws -> SupervisedData {
    let input = InputTable(arguments: arguments, console: console)
    // That the file is not there comes before what is not said of its columns.
    if name != "-", !FileSystem.exists(name) { _ = try input.read(name, options: input.options) }
    guard let targets = arguments[TrainOptions.target] ?? interface?.targetColumns else {
      throw SurprisalError(
        .usage, "--target is missing: say which column is told from the others",
        remedy: "for example: --target species")
    }
    var options = input.options
    if let columns = options.columns { options.columns = columns + targets.filter { !columns.contains($0) } }
    options.wordColumns = .automatic(also: targetKind == .classes ? targets : [])
    let table = try input.read(name, options: options)
    guard let interface else {
      return try SupervisedData(table, targets: targets, kind: targetKind)
    }
    let kind: SupervisedData.TargetKind = interface.isClassification ? .classes : .numbers
    var data = try SupervisedData(
      table, targets: targets, kind: kind, classNames: interface.isClassification ? interface.classNames : nil)
    // A network of arrays knows no names: columns count by position.
    guard !interface.inputNames.isEmpty else { return data }
    data.inputs = try SupervisedData.inputs(of: table, like: interface.inputNames)
    data.inputNames = interface.inputNames
    return data
  }
}

extension TrainedNetwork.Interface {
  /// The columns of the targets, where they are numbers of a table.
  var targetColumns: [String]? { targetNames.isEmpty ? nil : targetNames }
}
