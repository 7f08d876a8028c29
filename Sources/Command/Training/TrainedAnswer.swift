import Surprisal

/// The answer of a training: as text, as JSON and as a page.
struct TrainedAnswer {
  var source: String
  var training: RecipeTraining
  var result: RecipeTraining.Result
  var test: Evaluation?
  var closedForm: ClosedForm?
  var progress: TrainProgress
  var folder: RunFolder?

  private var outcome: TrainingOutcome { result.outcome }
  private var recipe: String { training.configuration.recipeName }
  private var parameterCount: Int { result.model.network.parameterCount }

  /// What was measured, on which data.
  private var evaluations: [(name: String, evaluation: Evaluation)] {
    [("training", result.training)] + (result.validation.map { [("validation", $0)] } ?? [])
      + (test.map { [("test", $0)] } ?? [])
  }

  private var headline: String {
    let interface = result.model.interface
    let outputs =
      interface.isClassification
      ? NumberText.counted(interface.outputCount, "class", "classes")
      : NumberText.counted(interface.outputCount, "number", "numbers")
    return "\(recipe) of \(source): inputs \(shape(interface.inputShape)), \(outputs), "
      + NumberText.counted(parameterCount, "parameter", "parameters")
  }

  private func shape(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }

  private var ending: String {
    let progress = outcome.progress
    let best = progress.best.map { "; kept: the network after epoch \($0.epoch)" } ?? ""
    let early = outcome.reason == .stoppedEarly ? ", stopped early" : ""
    let (epochs, steps) = (
      NumberText.counted(progress.epoch, "epoch", "epochs"), NumberText.counted(progress.step, "step", "steps")
    )
    return "\(epochs), \(steps)\(early) in "
      + "\(NumberText.duration(seconds: outcome.seconds))\(best)"
  }

  /// For a person.
  var text: String {
    var table = TextTable(columns: [
      .init("data", alignment: .left), .init("count"), .init("loss", unit: "nats per datum"),
    ])
    let isClassification = result.model.interface.isClassification
    table.columns +=
      isClassification
      ? [.init("accuracy"), .init("95 % interval")] : [.init("R²"), .init("root mean squared error")]
    for (name, evaluation) in evaluations {
      table.rows.append(
        [
          name, NumberText.grouped(evaluation.count),
          "\(NumberText.fixed(evaluation.loss, 5)) ± \(NumberText.general(evaluation.lossStandardError, 2))",
        ] + evaluation.cells)
    }
    var text = headline + "\n" + ending + "\n\n" + table.description
    if let closedForm { text += "\n" + closedFormText(closedForm) }
    if let folder { text += "\ncheckpoints, best network and log: \(folder.path)\n" }
    return text
  }

  private func closedFormText(_ form: ClosedForm) -> String {
    "closed form: loss \(NumberText.fixed(form.objective.closedForm, 9)), gradient descent "
      + "\(NumberText.fixed(form.objective.trained, 9)) nats per datum; the weights differ by up to "
      + "\(NumberText.general(form.distance, 3)) standard deviations\n"
  }

  /// For a program.
  func json(model: String?) -> JSONValue {
    var members: [JSONMember] = [
      JSONMember("recipe", JSONValue(recipe)), JSONMember("data", JSONValue(source)),
      JSONMember("epochs", JSONValue(outcome.progress.epoch)), JSONMember("steps", JSONValue(outcome.progress.step)),
      JSONMember("seconds", JSONValue(outcome.seconds)), JSONMember("parameters", JSONValue(parameterCount)),
      JSONMember("stoppedEarly", JSONValue(outcome.reason == .stoppedEarly)),
    ]
    if let best = outcome.progress.best { members.append(JSONMember("bestEpoch", JSONValue(best.epoch))) }
    members.append(JSONMember("train", result.training.json))
    members.append(JSONMember("validation", result.validation?.json ?? .null))
    members.append(JSONMember("test", test?.json ?? .null))
    if let closedForm {
      members.append(
        JSONMember(
          "closedForm",
          [
            "loss": JSONValue(closedForm.objective.closedForm), "trainedLoss": JSONValue(closedForm.objective.trained),
            "largestDifference": JSONValue(closedForm.distance),
            "weights": JSONValue(closedForm.regression.weights.scalars(as: Double.self)),
            "intercept": JSONValue(closedForm.regression.intercept.scalars(as: Double.self)),
          ]))
    }
    members.append(JSONMember("model", model.map { JSONValue($0) } ?? .null))
    members.append(JSONMember("checkpoint", progress.checkpoint.map { JSONValue($0) } ?? .null))
    return .object(members)
  }

  /// The page with the course of the training.
  func report(command: String) throws -> TrainingReport {
    var content = TrainingReportContent(title: "\(recipe) of \(source)", description: headline + ".")
    content.command = command
    content.headlines = evaluations.flatMap { name, evaluation in
      [.init("\(name) loss", "\(NumberText.fixed(evaluation.loss, 4)) nats per datum")]
        + (evaluation.accuracy.map { [.init("\(name) accuracy", NumberText.fixed($0, 4))] } ?? [])
    }
    content.facts = [.init("parameters", NumberText.grouped(parameterCount)), .init("course", ending)]
    let interface = result.model.interface
    content.summary = try result.model.network.network.summary(
      inputShape: [1]
        + (training.configuration.data.augmentation.steps.isEmpty
          ? interface.inputShape : training.configuration.data.augmentation.outputShape(for: interface.inputShape))
    ).description
    content.settings = try training.configuration.json.facts
    content.metricNames = outcome.progress.metrics.map(\.name)
    content.epochs = progress.epochs
    content.bestEpoch = outcome.progress.best?.epoch
    content.curves = curves
    if let (name, evaluation) = evaluations.last, !evaluation.confusion.isEmpty, interface.classNames.count <= 40 {
      content.figures.append(
        ReportFigure(
          "What was told on the \(name) data",
          HeatMap(
            title: "Data by their class and the one that was told", unit: "data", rowNames: interface.classNames,
            columnNames: interface.classNames, values: evaluation.confusion.map { $0.map(Double.init) },
            colors: .fromZero, rowTitle: "class", columnTitle: "told")))
    }
    return TrainingReport(content)
  }

  private var curves: CurveChart {
    let course = progress.course
    var loss = [CurveChart.Curve("training, each step", points: course.losses)]
    let names = outcome.progress.metrics.map(\.name)
    let best = outcome.progress.best.map { Double($0.step) }
    func points(_ index: Int) -> [(step: Double, value: Double)] {
      progress.epochs.compactMap { epoch in
        index < epoch.metrics.count ? epoch.metrics[index].map { (Double(epoch.step), $0) } : nil
      }
    }
    var panels: [CurveChart.Panel] = []
    for (index, name) in names.enumerated() where index > 0 {
      panels.append(.init(name, curves: [.init("validation", points: points(index), marked: best)]))
    }
    if !names.isEmpty { loss.append(.init("validation", points: points(0), marked: best)) }
    return CurveChart(
      panels: [.init("loss, nats per datum", curves: loss)] + panels
        + [.init("learning rate", curves: [.init("learning rate", points: course.rates)])])
  }
}

extension NumberText {
  /// `count` with what it counts: `1 datum`, `1,797 data`.
  static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(grouped(count)) \(count == 1 ? one : many)"
  }
}

extension Evaluation {
  /// The cells behind count and loss.
  var cells: [String] {
    if let accuracy, let interval = accuracyInterval {
      return [
        NumberText.fixed(accuracy, 4),
        "\(NumberText.fixed(interval.lowerBound, 4)) … \(NumberText.fixed(interval.upperBound, 4))",
      ]
    }
    return [
      determination.map { NumberText.fixed($0, 5) } ?? "–",
      rootMeanSquaredError.map { NumberText.general($0, 6) } ?? "–",
    ]
  }

  /// The figures for a program.
  var json: JSONValue {
    var members = [
      JSONMember("count", JSONValue(count)), JSONMember("loss", JSONValue(loss)),
      JSONMember("lossStandardError", JSONValue(lossStandardError)),
    ]
    if let accuracy, let interval = accuracyInterval {
      members.append(JSONMember("accuracy", JSONValue(accuracy)))
      members.append(JSONMember("accuracyInterval", JSONValue([interval.lowerBound, interval.upperBound])))
    }
    if let determination { members.append(JSONMember("determination", JSONValue(determination))) }
    if let rootMeanSquaredError { members.append(JSONMember("rootMeanSquaredError", JSONValue(rootMeanSquaredError))) }
    return .object(members)
  }
}

extension JSONValue {
  /// The leaves of an object by their path, as they are written.
  fileprivate var facts: [ModelReportContent.Fact] {
    (members ?? []).flatMap { member -> [ModelReportContent.Fact] in
      guard member.value.members != nil else { return [.init(member.key, member.value.text())] }
      return member.value.facts.map { .init("\(member.key).\($0.name)", $0.value) }
    }
  }
}
