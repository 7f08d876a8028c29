import SurprisalCore

/// How far a training has come: what a checkpoint holds beside tensors.
public struct TrainingProgress: Sendable, Hashable {
  /// A sum of losses, weighted by their data.
  struct LossSum: Sendable, Hashable {
    var sum = 0.0
    var count = 0

    var mean: Double { count > 0 ? sum / Double(count) : 0 }

    mutating func add(_ loss: Double, count: Int) {
      sum += loss * Double(count)
      self.count += count
    }
  }

  /// The best value so far of the figure that decides.
  public struct Best: Sendable, Hashable {
    /// The figure.
    public var metric: Metric
    /// The step after which it was measured.
    public var step: Int
    /// The epoch of that step, from 1.
    public var epoch: Int
  }

  /// The steps of the optimizer so far.
  public internal(set) var step = 0
  /// The complete epochs so far.
  public internal(set) var epoch = 0
  /// How many data of the epoch that runs are used.
  public internal(set) var position = 0
  /// What forward passes draw their random numbers from.
  public internal(set) var generator: RandomGenerator
  /// The best value of the first figure; nil before the first validation.
  public internal(set) var best: Best?
  /// The validations since then.
  public internal(set) var validationsSinceBest = 0
  /// The figures of the last validation, and the step after which they were taken.
  public internal(set) var metrics: [Metric] = []
  /// The step of the last validation; nil before the first.
  public internal(set) var validatedStep: Int?
  /// The mean loss of the last complete epoch; nil before its end.
  public internal(set) var epochLoss: Double?
  /// Losses since the last line of the log and since the start of the epoch.
  var logged = LossSum(), inEpoch = LossSum()

  init(seed: UInt64) { generator = RandomGenerator(seed: seed, stream: EpochOrder.passStream) }
}

extension TrainingProgress {
  /// Everything as JSON; numbers read back to the same bits.
  var json: JSONValue {
    [
      "step": .integer(step), "epoch": .integer(epoch), "position": .integer(position),
      "generator": JSONValue(generator.words.map { String($0, radix: 16) }),
      "best": best.map {
        ["metric": TrainingProgress.json($0.metric), "step": .integer($0.step), "epoch": .integer($0.epoch)]
      } ?? .null,
      "validationsSinceBest": .integer(validationsSinceBest),
      "metrics": .array(metrics.map(TrainingProgress.json)), "validatedStep": JSONValue(validatedStep),
      "epochLoss": JSONValue(epochLoss), "logged": TrainingProgress.json(logged),
      "inEpoch": TrainingProgress.json(inEpoch),
    ]
  }

  /// The progress that `json` holds; nil if it holds none.
  init?(json: JSONValue) {
    let words = json["generator"]?.arrayValue?.compactMap { $0.stringValue.flatMap { UInt64($0, radix: 16) } }
    guard let words, let generator = RandomGenerator(words: words), let step = json["step"]?.integerValue,
      let epoch = json["epoch"]?.integerValue, let position = json["position"]?.integerValue,
      let since = json["validationsSinceBest"]?.integerValue, let metrics = json["metrics"]?.arrayValue,
      let logged = json["logged"].flatMap(TrainingProgress.lossSum),
      let inEpoch = json["inEpoch"].flatMap(TrainingProgress.lossSum),
      step >= 0, epoch >= 0, position >= 0, since >= 0
    else { return nil }
    self.generator = generator
    (self.step, self.epoch, self.position) = (step, epoch, position)
    validationsSinceBest = since
    self.metrics = metrics.compactMap(TrainingProgress.metric)
    guard self.metrics.count == metrics.count else { return nil }
    if let best = json["best"], !best.isNull {
      guard let metric = best["metric"].flatMap(TrainingProgress.metric), let step = best["step"]?.integerValue,
        let epoch = best["epoch"]?.integerValue
      else { return nil }
      self.best = Best(metric: metric, step: step, epoch: epoch)
    }
    validatedStep = json["validatedStep"]?.integerValue
    epochLoss = json["epochLoss"]?.doubleValue
    (self.logged, self.inEpoch) = (logged, inEpoch)
  }

  private static func json(_ metric: Metric) -> JSONValue {
    ["name": .string(metric.name), "value": .number(metric.value), "isHigherBetter": .bool(metric.isHigherBetter)]
  }

  /// A figure that was not finite was written as `null`, and is NaN again.
  private static func metric(_ json: JSONValue) -> Metric? {
    guard let name = json["name"]?.stringValue, let isHigherBetter = json["isHigherBetter"]?.boolValue,
      let value = json["value"]
    else { return nil }
    return Metric(name, value.doubleValue ?? .nan, isHigherBetter: isHigherBetter)
  }

  private static func json(_ sum: LossSum) -> JSONValue { [.number(sum.sum), .integer(sum.count)] }

  private static func lossSum(_ json: JSONValue) -> LossSum? {
    guard let sum = json[0]?.doubleValue, let count = json[1]?.integerValue, count >= 0 else { return nil }
    return LossSum(sum: sum, count: count)
  }
}
