import Foundation
import Surprisal
import Testing

/// Reports made from real fits.
@Suite struct GaussianMixtureReportTests {
  private func rows(_ count: Int, columns: Int = 2) throws -> RowMatrix {
    var generator = RandomGenerator(seed: 5)
    let values = (0..<count).flatMap { row in
      (0..<columns).map { Double(row % 2 * 6 + $0) + generator.nextUniform() + generator.nextUniform() }
    }
    return try RowMatrix(values, columnCount: columns)
  }

  @Test func aFitBecomesAPage() throws {
    let rows = try rows(200)
    let fit = try GaussianMixture.fit(
      rows, columnNames: ["<a>", "b & c"], configuration: .init(components: 2, starts: 3))
    let page = try fit.htmlReport(rows: rows, title: "Two blocks", command: "surprisal fit gmm 'x.csv'")
    #expect(page.contains("&lt;a&gt;") && page.contains("b &amp; c") && !page.contains("<a>"))
    #expect(page.contains(NumberText.fixed(fit.logLikelihood, 6)))
    #expect(page.contains("surprisal fit gmm &#39;x.csv&#39;"))
    #expect(try page == fit.htmlReport(rows: rows, title: "Two blocks", command: "surprisal fit gmm 'x.csv'"))
    #expect(try fit.svgFigure(rows: rows).hasPrefix("<svg xmlns="))
  }

  @Test func manyRowsAreSampledAndAllOfThemCounted() throws {
    let rows = try rows(5_001, columns: 1)
    let fit = try GaussianMixture.fit(rows, configuration: .init(components: 2, starts: 1))
    let content = try fit.reportContent(rows: rows, title: "", command: nil)
    #expect(content.sampleRows.count == 2_000 && content.sampleResponsibilities.count == 2_000)
    #expect(content.sampleResponsibilities.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    #expect(content.histograms[0]?.counts.reduce(0, +) == 5_001)
    #expect(content.ledger.count == fit.iterations && content.ledger.last?.boundAfterMaximization == nil)
  }

  @Test func otherColumnsAreAnError() throws {
    let rows = try rows(100)
    let fit = try GaussianMixture.fit(rows, configuration: .init(components: 1, starts: 1))
    #expect(throws: SurprisalError.self) { try fit.htmlReport(rows: try self.rows(10, columns: 3)) }
  }
}
