import SurprisalCore
import SurprisalNetworks

extension RecipeConfiguration {
  /// A setting that is another one than before.
  private struct Change {
    let name: String
    let then: JSONValue
    let now: JSONValue

    var text: String { text(named: name) }

    func text(named name: String) -> String { "\(name) was \(then.word), is \(now.word)" }
  }

  /// Checks that a training can go on from a checkpoint with these settings; returns which of the optimizer's and the
  /// data's are others and only change its further course.
  ///
  /// Some settings of a network, such as an activation, leave no trace in the shapes of tensors. Others say which data
  /// are learned from, or which tensors the optimizer keeps: they are named here, before data or tensors are compared.
  ///
  /// - Parameter hasOtherData: whether the data are others, and must not be.
  /// - Throws: a data error that names the settings of the network which differ, a usage error that names the rest.
  func differences(
    from checkpoint: TrainingCheckpoint, in file: String, hasOtherData: Bool
  ) throws -> [String] {
    // Read back as the checkpoint was, so that equal numbers are equal values.
    let settings = try JSONValue(parsing: json.text())
    let earlier = checkpoint.modelConfiguration
    func changes(_ part: String) -> [Change] {
      (settings[part]?.members ?? []).compactMap { member in
        guard let value = earlier[part]?[member.key], value != member.value else { return nil }
        return Change(name: member.key, then: value, now: member.value)
      }
    }
    let location = SurprisalError.Location(file: file)
    if let recipe = earlier["recipe"]?.stringValue, recipe != recipeName {
      throw SurprisalError(
        .data, "the checkpoint is of the recipe \(recipe), not \(recipeName)",
        remedy: "train \(recipe), or choose another folder", at: location)
    }
    let network = changes("network")
    guard network.isEmpty else {
      throw SurprisalError(
        .data, "the checkpoint is of another network: \(network.map(\.text).joined(separator: "; "))",
        remedy: "resume with its settings, or choose another folder", at: location)
    }
    let (optimizer, data) = (changes("optimizer"), changes("data"))
    var refused: [(change: String, option: String)] = []
    if checkpoint.configuration.seed != training.seed {
      let seed = checkpoint.configuration.seed
      refused.append(("seed was \(seed), is \(training.seed)", "--seed \(seed)"))
    }
    if hasOtherData { refused += data.compactMap(RecipeConfiguration.refusal) }
    if try hasOtherState(than: earlier["optimizer"] ?? .null) {
      for change in optimizer where ["name", "momentum"].contains(change.name) {
        let option = change.name == "name" ? "optimizer" : change.name
        refused.append((change.text(named: option), "--\(option) \(change.then.word)"))
      }
    }
    guard refused.isEmpty else {
      let (changes, options) = (refused.map { $0.change }, refused.map { $0.option })
      throw SurprisalError(
        .usage, "the checkpoint has other settings: \(changes.joined(separator: "; "))",
        remedy: "resume with \(options.joined(separator: ", ")), or choose another folder", at: location)
    }
    // The trainer itself compares the learning rate.
    return optimizer.filter { $0.name != "learningRate" }.map { change in
      change.text(named: change.name == "name" ? "optimizer" : change.name)
    } + data.map(\.text)
  }

  /// A setting that makes other data of the same, and the option that brings the earlier ones back; nil for others.
  private static func refusal(_ change: Change) -> (change: String, option: String)? {
    switch change.name {
    case "validation": (change: change.text, option: "--validation \(change.then.word)")
    case "standardizes":
      (change: change.text, option: change.then == .bool(true) ? "no --raw-inputs" : "--raw-inputs")
    default: nil
    }
  }

  /// Whether the optimizer of `earlier` keeps other tensors.
  private func hasOtherState(than earlier: JSONValue) throws -> Bool {
    // An optimizer of an earlier version lacks settings.
    let whole = try JSONValue(encoding: optimizer).overlaid(by: earlier)
    guard let before = try? whole.decoded(as: OptimizerConfiguration.self) else { return false }
    return try (try? before.stateKinds) != optimizer.stateKinds
  }
}

extension OptimizerConfiguration {
  /// What the optimizer keeps of each parameter, by name.
  fileprivate var stateKinds: [String] {
    get throws {
      let kinds = (try optimizer() as? any ParameterwiseOptimizer)?.stateKinds
      return kinds.map { $0.map { $0.key } } ?? [name.rawValue]
    }
  }
}

extension JSONValue {
  /// A text without its quotes; other values as JSON.
  fileprivate var word: String { stringValue ?? text() }
}
