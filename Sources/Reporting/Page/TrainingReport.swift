/// What a report on a training says, as plain values.
public struct TrainingReportContent: Sendable {
  /// A named value, shown as it is.
  public typealias Fact = ModelReportContent.Fact

  /// The figures after an epoch.
  public struct Epoch: Sendable, Hashable {
    /// Its number, from 1.
    public var number: Int
    /// The steps so far.
    public var step: Int
    /// The mean loss of its steps, in the unit of the loss.
    public var trainingLoss: Double?
    /// The figures on the data kept for validation, in the order of `metricNames`; nil where there are none.
    public var metrics: [Double?]

    /// An epoch from its figures.
    public init(number: Int, step: Int, trainingLoss: Double?, metrics: [Double?] = []) {
      self.number = number
      self.step = step
      self.trainingLoss = trainingLoss
      self.metrics = metrics
    }
  }

  /// The page's title.
  public var title: String
  /// One sentence: what was trained on what.
  public var description: String
  /// The command line that trains the same again.
  public var command: String?
  /// The numbers for the top of the page, such as the accuracy on test data.
  public var headlines: [Fact] = []
  /// The network and the data: parameters, layers, counts.
  public var facts: [Fact] = []
  /// The network layer by layer, as text of fixed width.
  public var summary: String?
  /// Optimizer, schedule and the other options of the training.
  public var settings: [Fact] = []
  /// The name of the loss with its unit.
  public var lossName = "loss in nats per datum"
  /// The names of the figures on the data kept for validation.
  public var metricNames: [String] = []
  /// The epochs in order.
  public var epochs: [Epoch] = []
  /// The epoch with the best figure, if one was kept.
  public var bestEpoch: Int?
  /// The course over the steps.
  public var curves: CurveChart?
  /// What the reader should know before using the network.
  public var warnings: [String] = []
  /// Further pictures, such as a confusion matrix or images that were taken for something else.
  public var figures: [ReportFigure] = []
  /// Further tables.
  public var tables: [ReportTable] = []

  /// Content with a title and a description; everything else is set afterwards.
  public init(title: String, description: String) {
    self.title = title
    self.description = description
  }
}

/// A report on a training as one HTML page that needs nothing beside itself.
///
/// Charts are inline SVG; the page has no script, no font and no link, follows the reader's light or dark setting,
/// and has the same bytes for the same content.
public struct TrainingReport: Sendable {
  /// What the report says.
  public var content: TrainingReportContent

  /// A report that says `content`.
  public init(_ content: TrainingReportContent) { self.content = content }

  /// The page as UTF-8 text.
  public func html() -> String {
    ReportPage.html(title: content.title) { main in
      main.element("h1", [:], content.title)
      main.element("p", ["class": "note"], content.description)
      ReportPage.writeTiles(content.headlines.map { ($0.value, $0.name) }, into: &main)
      ReportPage.writeWarnings(content.warnings, into: &main)
      if let curves = content.curves { ReportFigure("How it was learned", curves).write(into: &main) }
      writeEpochs(into: &main)
      for figure in content.figures { figure.write(into: &main) }
      content.tables.write(into: &main)
      writeNetwork(into: &main)
      if !content.settings.isEmpty {
        main.element("h2", [:], "How it was trained")
        ReportPage.writeFacts(content.settings, into: &main)
      }
      if let command = content.command {
        ReportPage.writeCommand(
          command,
          note: "The same data, options, seed, version and instruction set give the same bits on any number of "
            + "threads.",
          into: &main)
      }
      main.element("footer", [:], "Made by Surprisal.")
    }
  }

  private func writeNetwork(into main: inout Markup) {
    guard !content.facts.isEmpty || content.summary != nil else { return }
    main.element("h2", [:], "What was trained")
    if !content.facts.isEmpty { ReportPage.writeFacts(content.facts, into: &main) }
    if let summary = content.summary {
      main.element("pre") { pre in pre.element("code", [:], summary) }
    }
  }

  /// The first and last epochs and the best.
  private func writeEpochs(into main: inout Markup) {
    guard !content.epochs.isEmpty else { return }
    var table = ReportTable(caption: content.lossName, header: ["epoch", "step", "training loss"])
    table.header += content.metricNames.map { "validation \($0)" }
    let (count, edge) = (content.epochs.count, 15)
    for (index, epoch) in content.epochs.enumerated() {
      let isBest = epoch.number == content.bestEpoch
      if count > 2 * edge && index == edge { table.rows.append(["…"]) }
      if count > 2 * edge && (edge..<count - edge).contains(index) && !isBest { continue }
      table.rows.append(
        ["\(epoch.number)" + (isBest ? " (best)" : ""), NumberText.grouped(epoch.step), text(epoch.trainingLoss)]
          + epoch.metrics.map(text))
    }
    main.element("h2", [:], "Epoch by epoch")
    table.write(into: &main)
    main.element(
      "p", ["class": "note"],
      "The training loss is the mean over an epoch's steps, each before its step; figures on validation data are "
        + "those after the epoch.")
  }

  private func text(_ value: Double?) -> String { value.map { NumberText.general($0, 5) } ?? "" }
}
