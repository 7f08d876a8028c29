import Foundation

@testable import SurprisalReporting

/// Contents of reports for tests: an ordinary one and hostile ones.
enum SampleContent {
  /// A column name that tries everything that a page could trip over.
  static let hostileName = "<script>alert('x')</script>&amp;\"\u{0}\u{1B}[31m\u{202E}]]>--><b>é👩‍👩‍👧"

  /// Two clusters in `columns` columns with a run of `iterations` iterations that gains geometrically.
  static func ordinary(columns: Int = 2, rows: Int = 300, iterations: Int = 20, components: Int = 2)
    -> MixtureReportContent
  {
    var generator = SystemNumbers(state: 42)
    let parts = (0..<components).map { index in
      MixtureReportContent.Component(
        weight: 1 / Double(components), mean: (0..<columns).map { Double(index * 5 + $0) },
        covariance: (0..<columns).map { row in
          (0..<columns).map { $0 == row ? 1 + Double(row) : 0.3 }
        })
    }
    var content = MixtureReportContent(
      title: "Sample", columnNames: (0..<columns).map { "column \($0)" }, components: parts)
    content.rowCount = rows
    content.totalWeight = Double(rows)
    content.logLikelihood = -1_130.263_96
    content.lowerBound = -1_130.263_96
    content.objective = -1_130.263_96
    content.bic = 2_322.191
    content.command = "surprisal fit gmm old-faithful --seed 1"
    content.settings = [.init("seed", "1")]
    content.converged = true
    content.iterations = iterations
    content.sampleRows = (0..<rows).map { index in
      (0..<columns).map { Double(index % components * 5 + $0) + Double.random(in: -2...2, using: &generator) }
    }
    content.sampleResponsibilities = (0..<rows).map { index in
      (0..<components).map { $0 == index % components ? 0.9 : 0.1 / Double(max(1, components - 1)) }
    }
    content.ledger = (0..<iterations).map { step in
      let left = 100 * pow(0.5, Double(step))
      return .init(
        number: step + 1, isExtrapolated: step % 7 == 6, objective: -1_130 - left, lowerBound: -1_130 - left,
        gap: 1e-13, boundAfterMaximization: step + 1 < iterations ? -1_130 - left * 0.7 : nil,
        roundingBound: 1e-10)
    }
    content.candidates = ["VVV", "EEE", "EII"].flatMap { model in
      (1...5).map { .init(components: $0, covarianceModel: model, bic: 2_322 + Double(abs($0 - 2)) * 9) }
    }
    return content
  }

  /// Named contents that must still give well-formed pictures.
  static let hostile: [(name: String, content: MixtureReportContent)] = {
    var all: [(String, MixtureReportContent)] = []
    all.append(("nothing", MixtureReportContent(title: "", columnNames: [], components: [])))
    all.append(("one row", ordinary(rows: 1, iterations: 1)))
    all.append(("no rows", ordinary(rows: 0, iterations: 0)))
    all.append(("one column", ordinary(columns: 1)))
    all.append(("many columns", ordinary(columns: 40, components: 12)))
    all.append(("long run", ordinary(iterations: 5_000)))
    var constant = ordinary(columns: 3)
    constant.sampleRows = constant.sampleRows.map { _ in [7, 7, 1e8] }
    all.append(("constant columns", constant))
    for value in [Double.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0, -1] {
      all.append(("everything \(value)", everything(value)))
    }
    var ragged = ordinary(columns: 3)
    ragged.sampleRows = [[1], [], [1, 2, 3, 4]]
    ragged.sampleResponsibilities = [[], [1], [1, 2, 3]]
    ragged.components[1].mean = [1]
    ragged.components[1].covariance = [[1], [2]]
    ragged.columnNames = []
    all.append(("ragged", ragged))
    var named = ordinary(columns: 3)
    named.title = hostileName
    named.columnNames = [hostileName, "", String(repeating: "long ", count: 100)]
    named.command = hostileName
    named.covarianceModel = hostileName
    named.warnings = [hostileName]
    named.settings = [.init(hostileName, hostileName)]
    named.candidates = [
      .init(components: 1, covarianceModel: hostileName, bic: 1),
      .init(components: 2, covarianceModel: hostileName, bic: 2),
      .init(components: 3, covarianceModel: hostileName, bic: nil, failure: hostileName),
    ]
    all.append(("hostile names", named))
    return all
  }()

  /// Ordinary content with `value` in place of every number.
  private static func everything(_ value: Double) -> MixtureReportContent {
    var content = ordinary(columns: 3)
    content.components = content.components.map {
      .init(
        weight: value, mean: $0.mean.map { _ in value },
        covariance: $0.covariance.map { $0.map { _ in value } })
    }
    content.totalWeight = value
    content.logLikelihood = value
    content.objective = value
    content.gap = value
    content.seconds = value
    content.sampleRows = content.sampleRows.map { $0.map { _ in value } }
    content.sampleResponsibilities = content.sampleResponsibilities.map { $0.map { _ in value } }
    content.ledger = content.ledger.map {
      .init(
        number: $0.number, objective: value, lowerBound: value, gap: value, boundAfterMaximization: value,
        roundingBound: value)
    }
    content.candidates = content.candidates.map {
      .init(components: $0.components, covarianceModel: $0.covarianceModel, bic: value)
    }
    var histogram = Histogram(from: value, through: value, rowCount: 10)
    histogram.add(value, weight: value)
    content.histograms = [0: histogram]
    return content
  }
}
