import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension Trainer {
  /// Takes over the state of a checkpoint: the training goes on where it was saved.
  ///
  /// The trainer changes only if all of it fits.
  ///
  /// - Parameter allowsDataChange: Whether data other than those of the checkpoint are learned from.
  /// - Returns: what differs now and lets the further course, or its last bits, differ from that of a training which
  ///   never stopped: options, the learning rate, kernels, the number of threads.
  /// - Throws: a data error for a checkpoint of another network or optimizer, of other data, or one that is damaged;
  ///   a usage error if seed or shuffling differ.
  @discardableResult
  public mutating func resume(
    from checkpoint: TrainingCheckpoint, allowsDataChange: Bool = false
  ) throws -> [String] {
    let location = SurprisalError.Location(file: checkpoint.file.name)
    guard allowsDataChange || checkpoint.fingerprint == task.fingerprint else {
      throw SurprisalError(
        .data,
        "the data are not those of the checkpoint: their fingerprint is \(task.fingerprint), "
          + "it was \(checkpoint.fingerprint)",
        remedy: "give the same data, or allow the change with --allow-data-change", at: location)
    }
    let earlier = checkpoint.configuration
    guard earlier.seed == configuration.seed, earlier.shuffles == configuration.shuffles else {
      throw SurprisalError(
        .usage,
        "the checkpoint has the seed \(earlier.seed)\(earlier.shuffles ? "" : " without shuffling"), not "
          + "\(configuration.seed)\(configuration.shuffles ? "" : " without shuffling")",
        remedy: "resume with the same, or start a new training", at: location)
    }
    var copy = self
    try checkpoint.load("model.", into: &copy.network)
    try checkpoint.load("optimizer.", into: &copy.optimizer, allowingNaN: true)
    if var average = copy.average.take() {
      if checkpoint.hasTensors("average.") {
        try checkpoint.load("average.", into: &average)
      } else {
        // An average that starts here starts from the weights.
        average = MovingAverage(of: copy.network, decay: average.decay)
      }
      copy.average = average
    }
    if var plateau = copy.plateau, checkpoint.hasTensors("plateau.") {
      try checkpoint.load("plateau.", into: &plateau)
      copy.plateau = plateau
    }
    copy.progress = checkpoint.progress
    self = copy
    return differences(from: checkpoint)
  }

  private func differences(from checkpoint: TrainingCheckpoint) -> [String] {
    var differences = configuration.courseDifferences(from: checkpoint.configuration)
    if baseRate != checkpoint.baseRate { differences.append("learningRate was \(checkpoint.baseRate), is \(baseRate)") }
    if scheduleText != checkpoint.schedule {
      differences.append("the schedule was \(checkpoint.schedule), is \(scheduleText)")
    }
    if task.fingerprint != checkpoint.fingerprint { differences.append("the data were others") }
    for (here, there) in zip(TrainingCheckpoint.machine, checkpoint.machine) where here != there {
      differences.append("\(there) then, \(here) now")
    }
    return differences
  }

  private var scheduleText: String { "\(schedule)" + (plateau == nil ? "" : " with a plateau rule") }

  /// Checks that the folder is this training's, and opens its log behind the present step.
  func prepare(_ folder: RunFolder) throws -> MetricsWriter {
    if let last = folder.checkpointSteps.last, last > progress.step {
      throw SurprisalError(
        .cannotCreate, "the folder holds a training up to step \(last), and this one is at step \(progress.step)",
        remedy: "resume it (--resume) or choose another folder", at: .init(file: folder.path))
    }
    return try MetricsWriter(path: folder.metricsPath, through: progress.step)
  }

  /// Writes the checkpoint of the present step.
  func save(in folder: RunFolder, _ log: MetricsWriter?, _ saving: Saving) throws {
    try checkFinite()
    let writer = try checkpointWriter()
    let path = try saving.attempt {
      // What a checkpoint covers must not be missing in the log behind it.
      try log?.flush()
      return try folder.save(writer, step: progress.step, keeping: configuration.keptCheckpoints)
    }
    saving.report(.saved(path: path, step: progress.step))
  }

  /// Writes the whole state to the file at `path`, in one piece.
  ///
  /// - Throws: a data error if a parameter is not finite; the errors of writing.
  public func saveCheckpoint(to path: String) throws {
    try checkFinite()
    try checkpointWriter().write(to: path)
  }

  private func checkpointWriter() throws -> SafetensorsWriter {
    var writer = StateWriter(
      writer: SafetensorsWriter(
        kind: TrainingCheckpoint.kind, configuration: modelConfiguration, units: "none",
        kernelVariant: String(cString: surprisal_instruction_set_name())))
    let state: JSONValue = [
      "version": .integer(TrainingCheckpoint.version), "progress": progress.json,
      "configuration": configuration.json, "fingerprint": .string(task.fingerprint),
      "baseRate": .number(baseRate), "schedule": .string(scheduleText),
      "machine": JSONValue(TrainingCheckpoint.machine),
    ]
    try writer.writer.addMetadata(TrainingCheckpoint.metadataKey, state.text())
    var copy = self
    writer.prefix = "model."
    try copy.network.fields(&writer)
    writer.prefix = "optimizer."
    try copy.optimizer.fields(&writer)
    if var average = copy.average {
      writer.prefix = "average."
      try average.fields(&writer)
    }
    if var plateau = copy.plateau {
      writer.prefix = "plateau."
      try plateau.fields(&writer)
    }
    return writer.writer
  }

  /// Throws if a parameter or a running average is not finite, so that every checkpoint and network can be loaded.
  func checkFinite() throws {
    var copy = network
    var search = NonFiniteTensor()
    try copy.fields(&search)
    guard let found = search.found else { return }
    throw SurprisalError(
      .data,
      "element \(found.index) of \(found.name) is not finite after step \(progress.step) at the learning rate "
        + "\(optimizer.learningRate)",
      remedy: "lower the learning rate or clip the gradients")
  }
}
