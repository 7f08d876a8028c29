import Testing

@testable import SurprisalReporting

@Suite struct MixtureReportTests {
  @Test(arguments: SampleContent.hostile.indices) func hostileContentGivesWellFormedPages(index: Int) {
    let (name, content) = SampleContent.hostile[index]
    for markup in [MixtureReport(content).html(), StaticFigure(content).svg()] {
      let checker = MarkupChecker(markup)
      #expect(checker.problem == nil, "\(name)")
      #expect(checker.badNumbers.isEmpty, "\(name)")
      #expect(checker.elements["script"] == nil && checker.elements["link"] == nil, "\(name)")
    }
  }

  @Test func aPageHoldsItsSectionsAndNothingFromOutside() {
    var content = SampleContent.ordinary()
    content.warnings = ["4 of 20 starts collapsed."]
    let page = MixtureReport(content).html()
    let checker = MarkupChecker(page)
    #expect(checker.elements["svg"].map { $0 >= 5 } == true)
    for text in [
      "surprisal fit gmm old-faithful --seed 1", "-1130.263960", "2322.19", "4 of 20 starts collapsed.",
      "column 0", "nats per row", "bits per row", "Ledger", "Covariance",
    ] {
      #expect(checker.text.contains(text), "\(text)")
    }
    for forbidden in ["http://", "https://", "src=", "href=", "@import", "url("] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
  }

  @Test func namesArriveAsTheyAreButHarmless() {
    let checker = MarkupChecker(
      MixtureReport(
        SampleContent.hostile.last?.content
          ?? .init(
            title: "", columnNames: [], components: [])
      ).html())
    #expect(checker.text.contains("<script>alert('x')</script>&amp;\""))
    #expect(!checker.text.contains("\u{202E}") && !checker.text.contains("\u{1B}"))
  }

  @Test func equalContentGivesEqualBytes() {
    let first = SampleContent.ordinary(columns: 4, components: 5)
    let second = SampleContent.ordinary(columns: 4, components: 5)
    #expect(MixtureReport(first).html() == MixtureReport(second).html())
    #expect(StaticFigure(first).svg() == StaticFigure(second).svg())
  }

  @Test(arguments: [(2, 2, 10_000), (5, 9, 100), (64, 16, 2_000), (1_000, 4, 10), (5, 500, 100)])
  func pagesStaySmall(columns: Int, components: Int, iterations: Int) {
    let content = SampleContent.ordinary(
      columns: columns, rows: 2_000, iterations: iterations, components: components)
    #expect(MixtureReport(content).html().utf8.count < 1_500_000)
  }

  @Test(arguments: [
    ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;"), ("\u{0}\u{7}\u{FFFE}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("tab\tline\n", "tab\tline\n"), ("é👩‍👩‍👧", "é👩‍👩‍👧"), ("]]>", "]]&gt;"),
  ]) func escaping(text: String, markup: String) { #expect(Markup.escaped(text) == markup) }
}
