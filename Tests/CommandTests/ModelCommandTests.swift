import Foundation
import Testing

/// What `fit` and the commands on model files do with every kind of model.
@Suite struct ModelCommandTests {
  /// The numbers in one column of CSV.
  private func numbers(_ outcome: Tool.Outcome, _ column: Int) -> [Double] {
    outcome.output.split(separator: "\n").dropFirst().compactMap {
      let cells = $0.split(separator: ",", omittingEmptySubsequences: false)
      return column < cells.count ? Double(cells[column]) : nil
    }
  }

  /// A small table of two kinds: words that go with small and large numbers.
  private static let mixed = """
    color,count,flag,size
    red,1,0,1.5
    red,0,0,1.7
    blue,7,1,5.1
    blue,9,1,5.3
    red,2,1,1.4
    blue,8,1,4.9
    red,1,0,1.6
    green,6,0,5.6
    blue,8,1,5.2
    red,0,0,1.9

    """

  private static let keys = [
    "model", "data", "rows", "columns", "columnNames", "totalWeight", "parameterCount", "logLikelihood",
    "logLikelihoodPerRow", "objective", "lowerBound", "gap", "iterations", "converged", "bic", "aic", "icl",
    "startsAtBest", "starts", "seed", "parameters", "warnings", "history", "seconds",
  ]

  /// Every model with a density: its keys, its file, and scores that sum to the log-likelihood of the fit.
  @Test(arguments: [
    ("mixture table.csv --components 2 --families count=poisson", "components", true),
    ("categorical-mixture table.csv --components 2 --columns color,flag", "components", true),
    ("poisson-mixture table.csv --components 2 --columns count,flag", "components", true),
    ("bernoulli-mixture table.csv --components 2 --columns flag", "components", true),
    ("exponential-mixture table.csv --components 1 --columns size", "components", true),
    ("hidden-markov old-faithful --states 2 --starts 4", "states", true),
    ("hmm old-faithful --columns waiting --states 2 --emissions poisson --starts 3", "states", true),
    ("hmm table.csv --columns color --states 2 --emissions categorical --starts 3", "states", true),
    ("ppca old-faithful --factors 1", "factors", false),
    ("ppca old-faithful --factors 1 --method em", "factors", false),
    ("factor-analysis digits --columns pixel_3_3,pixel_3_4,pixel_4_3,pixel_4_4 --factors 1", "factors", false),
  ])
  func modelsAreUsedByEveryCommand(line: String, size: String, hasParts: Bool) throws {
    try Tool.within { tool in
      try tool.write(Self.mixed, to: "table.csv")
      let fit = try tool.run("fit \(line) --model m.st --report r.html --json")
      #expect(fit.code == 0, "\(fit.errors)")
      let object = try fit.object()
      for key in Self.keys { #expect(object[key] != nil, "\(line): \(key)") }
      #expect(object[size] is Int, "\(line)")
      let data = String(line.split(separator: " ")[1])
      let score = try tool.run("score m.st \(data)")
      #expect(score.code == 0, "\(line): \(score.errors)")
      let sum = numbers(score, 1).reduce(0, +)
      let logLikelihood = try #require(object["logLikelihood"] as? Double)
      #expect(abs(sum - logLikelihood) <= 1e-9 * max(1, abs(logLikelihood)), "\(line): \(sum) \(logLikelihood)")
      let gap = try #require(object["gap"] as? Double)
      #expect(abs(gap) <= 1e-9 * max(1, abs(logLikelihood)), "\(line)")
      let assign = try tool.run("assign m.st \(data)")
      if hasParts {
        #expect(assign.code == 0, "\(line): \(assign.errors)")
        let first = numbers(assign, 2)
        #expect(first.allSatisfy { $0 >= 0 && $0 <= 1 } && first.count == object["rows"] as? Int, "\(line)")
      } else {
        expectError(assign, code: 65, saying: ["m.st", "no components"])
      }
      let sample = try tool.run("sample m.st --count 5 --seed 2 --labels")
      #expect(sample.code == 0 && sample.output.split(separator: "\n").count == 6, "\(line): \(sample.errors)")
      #expect(try tool.run("verify m.st").code == 0)
      #expect(try tool.run("inspect m.st").output.contains(try #require(object["columnNames"] as? [String])[0]))
      let page = String(decoding: try tool.bytes(of: "r.html"), as: UTF8.self)
      #expect(page.hasPrefix("<!DOCTYPE html>") && !page.contains("<script") && page.contains("<svg"), "\(line)")
    }
  }

  @Test func sizesAreChosenAndCompared() throws {
    try Tool.within { tool in
      try tool.write(Self.mixed, to: "table.csv")
      let chosen = try tool.run("fit poisson-mixture table.csv --columns count")
      #expect(chosen.output.contains("the number of components was chosen by BIC"), "\(chosen.errors)")
      let object = try tool.run("select poisson-mixture table.csv --columns count --components 1-3 --json").object()
      let candidates = try #require(object["candidates"] as? [[String: Any]])
      #expect(candidates.count == 3)
      // One component: Σ (x ln λ − λ − ln x!) with λ = 4.2.
      let counts = [1.0, 0, 7, 9, 2, 8, 1, 6, 8, 0]
      let direct = counts.reduce(0) { $0 + $1 * log(4.2) - 4.2 - lgamma($1 + 1) }
      #expect(abs(try #require(candidates[0]["logLikelihood"] as? Double) - direct) < 1e-11)
      let states = try tool.run("select hmm old-faithful --states 1-2 --starts 2 --criterion aic --report r.html")
      #expect(states.code == 0 && states.output.contains("chosen by AIC"), "\(states.errors)")
      let page = String(decoding: try tool.bytes(of: "r.html"), as: UTF8.self)
      #expect(page.contains("How many states") && page.contains("AIC by number of states"))
      // Of one size there is nothing to compare; of several the warnings say whose they are.
      _ = try tool.run("fit hmm old-faithful --states 1 --report one.html")
      #expect(!String(decoding: try tool.bytes(of: "one.html"), as: UTF8.self).contains("How many"))
      let line = "select poisson-mixture table.csv --columns count --components 2,3 --maximum-iterations 1"
      let short = try tool.run(line)
      #expect(short.errors.contains("warning: 2 components: not converged after 1 iteration:"), "\(short.errors)")
      let mixtures = try tool.run("select gmm old-faithful --components 1,2 --covariances VVV --maximum-iterations 1")
      #expect(mixtures.errors.contains(" VVV: not converged after 1 iteration:"), "\(mixtures.errors)")
    }
  }

  @Test func missingCellsAreFittedAndFilledIn() throws {
    try Tool.within { tool in
      try tool.write("x,y\n1,2\n2,NA\n3,5.5\n4,8\n,9\n2.5,5\n1.5,3.5\n3.5,6.5\n2.2,4\n", to: "gaps.csv")
      expectError(
        try tool.run("fit gmm gaps.csv --components 1"), code: 65, saying: ["gaps.csv:3:2", "missing"])
      let fit = try tool.run("fit gmm gaps.csv --components 1 --missing model --model m.st --report r.html --json")
      #expect(fit.code == 0, "\(fit.errors)")
      let logLikelihood = try #require(try fit.object()["logLikelihood"] as? Double)
      let scores = numbers(try tool.run("score m.st gaps.csv --missing model"), 1)
      #expect(scores.count == 9 && abs(scores.reduce(0, +) - logLikelihood) < 1e-9)
      let imputed = try tool.run("impute m.st gaps.csv --deviations")
      #expect(imputed.output.hasPrefix("x,y,x:deviation,y:deviation\n"), "\(imputed.errors)")
      #expect(imputed.errors.contains("2 missing cells filled in"))
      // What is filled in is the conditional mean, and its deviation the root of the conditional variance.
      let condition = try tool.run("condition m.st - --given x", input: "x\n2\n")
      #expect(abs(numbers(imputed, 1)[1] - numbers(condition, 1)[0]) < 1e-12)
      #expect(abs(numbers(imputed, 3)[1] - numbers(condition, 2)[0].squareRoot()) < 1e-12)
      #expect(numbers(imputed, 0)[0] == 1 && numbers(imputed, 2)[0] == 0)
      let draw = try tool.run("impute m.st gaps.csv --draw --seed 4")
      let other = try tool.run("impute m.st gaps.csv --draw --seed 5")
      #expect(draw.code == 0 && draw.output != other.output)
      let errors = try tool.run("fit gmm gaps.csv --components 1 --missing model --standard-errors observed --json")
      let answer = try errors.object()
      #expect(answer["standardErrors"] != nil, "\(errors.errors)")
      _ = try tool.run("fit ppca old-faithful --factors 1 --model p.st")
      expectError(try tool.run("score p.st gaps.csv --missing model"), code: 64, saying: ["--missing model", "p.st"])
      expectError(try tool.run("impute p.st gaps.csv"), code: 65, saying: ["p.st", "gaussian-mixture"])
    }
  }

  @Test func sequencesAreReadByAColumn() throws {
    try Tool.within { tool in
      try tool.write("day,n\na,1\na,0\nb,7\nb,8\nb,9\nc,1\n", to: "days.csv")
      let line = "fit hmm days.csv --states 2 --emissions poisson --sequence day --starts 3 --model m.st --json"
      let fit = try tool.run(line)
      #expect(fit.code == 0, "\(fit.errors)")
      #expect(try fit.object()["columnNames"] as? [String] == ["n"])
      let scores = numbers(try tool.run("score m.st days.csv --sequence day"), 1)
      let logLikelihood = try #require(try fit.object()["logLikelihood"] as? Double)
      #expect(abs(scores.reduce(0, +) - logLikelihood) < 1e-9)
      // As one sequence, or each by itself, the rows have another probability; a sequence of one row has not.
      try tool.write("day,n\na,1\nd,0\nb,7\ne,8\nf,9\nc,1\n", to: "single.csv")
      let single = numbers(try tool.run("score m.st single.csv --sequence day"), 1)
      #expect(single.count == 6 && single[1] != scores[1] && single[4] != scores[4] && single[5] == scores[5])
      let joined = numbers(try tool.run("score m.st days.csv"), 1)
      #expect(joined.count == 6 && joined != scores)
      try tool.write("day,n\na,1\nb,7\na,1\n", to: "cut.csv")
      expectError(
        try tool.run("fit hmm cut.csv --states 1 --emissions poisson --sequence day"), code: 65,
        saying: ["cut.csv:4", "`a`"])
      expectError(try tool.run("fit hmm days.csv --emissions poisson"), code: 64, saying: ["--states is missing"])
    }
  }

  @Test func componentsTransformAndReconstruct() throws {
    try Tool.within { tool in
      let fit = try tool.run("fit pca old-faithful --model p.st --json").object()
      #expect(fit["components"] as? Int == 2 && fit["rank"] as? Int == 2)
      // numpy.cov of the two columns has the trace 186.12604068.
      #expect(abs(try #require(fit["totalVariance"] as? Double) - 186.126040684) < 1e-8)
      let scores = try tool.run("transform p.st old-faithful")
      #expect(scores.output.hasPrefix("row,component1,component2\n"))
      let variance = numbers(scores, 1).reduce(0) { $0 + $1 * $1 } / 271
      let values = try #require((fit["parameters"] as? [String: Any])?["explainedVariance"] as? [Double])
      #expect(abs(variance - values[0]) < 1e-9)
      let back = try tool.run("reconstruct p.st old-faithful")
      #expect(numbers(back, 3).allSatisfy { $0 < 1e-20 })
      let one = try tool.run("fit pca old-faithful --components 1 --model o.st --quiet")
      #expect(one.code == 0)
      let errors = numbers(try tool.run("reconstruct o.st old-faithful"), 3)
      #expect(abs(errors.reduce(0, +) / 271 - values[1]) < 1e-9)
      expectError(
        try tool.run("fit pca old-faithful --components 1 --variance-share 0.5"), code: 64, saying: ["exclude"])
      expectError(try tool.run("score p.st old-faithful"), code: 65, saying: ["p.st", "no density"])
    }
  }

  @Test func classesAreLearnedAndEvaluated() throws {
    try Tool.within { tool in
      try tool.write(Self.mixed, to: "table.csv")
      let fit = try tool.run("fit naive-bayes table.csv --class flag --families count=poisson --model nb.st --json")
      #expect(fit.code == 0, "\(fit.errors)")
      let evaluation = try tool.run("evaluate nb.st table.csv --class flag --json")
      #expect(evaluation.code == 0, "\(evaluation.errors)")
      let accuracies = [try evaluation.object(), try fit.object()].map { $0["accuracy"] as? Double }
      #expect(accuracies[0] != nil && accuracies[0] == accuracies[1])
      let assign = try tool.run("assign nb.st table.csv")
      #expect(assign.output.hasPrefix("row,class,p(0),p(1)\n"), "\(assign.errors)")
      let logs = zip([0, 0, 1, 1, 1, 1, 0, 0, 1, 0], zip(numbers(assign, 2), numbers(assign, 3))).map {
        -log($0 == 0 ? $1.0 : $1.1)
      }
      let loss = try #require(try evaluation.object()["logLossNatsPerRow"] as? Double)
      #expect(abs(loss - logs.reduce(0, +) / 10) < 1e-9)
      expectError(
        try tool.run("assign nb.st -", input: "color,count,size\npink,1,2\n"), code: 65, saying: ["-:2", "pink"])
      expectError(try tool.run("fit naive-bayes table.csv"), code: 64, saying: ["--class is missing"])
      try tool.write("a\n1\n2\noops\n4\n", to: "slip.csv")
      expectError(
        try tool.run("fit mixture slip.csv --components 1"), code: 65,
        saying: ["`oops` among numbers", "a=categorical"])
      expectError(
        try tool.run("evaluate nb.st table.csv --class foo"), code: 64, saying: ["no column `foo`"])
    }
  }

  /// 0.001 · 0.99 / (0.001 · 0.99 + 0.999 · 0.02).
  @Test func bayesGivesThePosterior() throws {
    try Tool.within { tool in
      let line = ["bayes", "--prior", "0.001,0.999", "--likelihood", "0.99,0.01;0.02,0.98", "--json"]
      let object = try tool.run(line).object()
      let posterior = try #require(object["posterior"] as? [Double])
      #expect(abs(posterior[0] - 0.00099 / 0.02097) < 1e-15)
      let column = try tool.run(["bayes", "--prior", "0.001,0.999", "--likelihood", "0.99;0.02", "--json"]).object()
      #expect(column["posterior"] as? [Double] == posterior)
      expectError(try tool.run(["bayes", "--prior", "0.5,0.6", "--likelihood", "1;1"]), code: 65, saying: ["prior"])
      expectError(try tool.run(["bayes", "--prior", "0.5,0.5"]), code: 64, saying: ["--likelihood"])
      expectError(
        try tool.run(["bayes", "--prior", "0.5,0.5", "--likelihood", "0.1,0.9"]), code: 64, saying: ["1 row", "2"])
      expectError(
        try tool.run(["bayes", "--prior", "0.5,0.5", "--likelihood", "0.1,0.9;0.2,0.8", "--observed", "3"]), code: 64,
        saying: ["--observed is 3", "2 outcomes"])
    }
  }

  @Test func theBootstrapTestChooses() throws {
    try Tool.within { tool in
      let line =
        "select gmm old-faithful --bootstrap-test --covariances EEE --components 1-3 --replicates 39 --starts 3"
      let object = try tool.run(line + " --json").object()
      let tests = try #require(object["tests"] as? [[String: Any]])
      #expect(tests.count >= 1 && tests[0]["pValue"] as? Double == 0.025)
      expectError(
        try tool.run("select gmm old-faithful --replicates 19"), code: 64, saying: ["--replicates", "--bootstrap-test"])
      expectError(
        try tool.run("select gmm old-faithful --bootstrap-test --covariances EEE --replicates 9"), code: 64,
        saying: ["9 replicates", "at least 19"])
      expectError(
        try tool.run("select hmm old-faithful --states 1-2 --criterion icl"), code: 64, saying: ["--criterion", "icl"])
    }
  }

  @Test func imputationKeepsTheOtherColumns() throws {
    try Tool.within { tool in
      let text = "name,y,size,x\nanna,2,1,1\n\"b, c\",NA,,2\n,5.5,3,3\nd,8,4,4\ne,5,5,2.5\nf,3.5,6,1.5\n"
      try tool.write(text, to: "gaps.csv")
      let fit = try tool.run("fit gmm gaps.csv --columns x,y --components 1 --missing model --model m.st")
      #expect(fit.code == 0, "\(fit.errors)")
      let filled = try tool.run("impute m.st gaps.csv")
      let lines = filled.output.split(separator: "\n")
      #expect(lines[0] == "name,y,size,x" && lines[1] == "anna,2.0,1.0,1.0", "\(filled.errors)")
      #expect(lines[2].hasPrefix("\"b, c\",") && lines[2].hasSuffix(",,2.0") && lines[3] == ",5.5,3.0,3.0")
      let value = try #require(Double(lines[2].split(separator: ",", omittingEmptySubsequences: false)[2]))
      let condition = try tool.run("condition m.st - --given x", input: "x\n2\n")
      #expect(abs(value - numbers(condition, 1)[0]) < 1e-12)
      #expect(try tool.run("impute m.st -", input: text).output == filled.output)
      let deviations = try tool.run("impute m.st gaps.csv --deviations")
      #expect(deviations.output.hasPrefix("name,y,size,x,x:deviation,y:deviation\n"))
      // Only the model's columns where only those are asked for.
      #expect(try tool.run("impute m.st gaps.csv --columns x,y").output.hasPrefix("x,y\n"))
      try tool.write("x,y,late\n" + String(repeating: "1,2,3\n", count: 5_000) + "1,,word\n", to: "late.csv")
      let late = try tool.run("impute m.st late.csv")
      #expect(late.code == 0 && late.output.hasPrefix("x,y"), "\(late.errors)")
    }
  }

  @Test func mistakesAreAnsweredByWhatToDo() throws {
    try Tool.within { tool in
      try tool.write("x,y\n1,2\n2,3\n3,5.5\n4,8\n", to: "rows.csv")
      expectError(
        try tool.run("score rows.csv rows.csv"), code: 65, saying: ["rows.csv", "no model file", "model file first"])
      expectError(
        try tool.run("score old-faithful rows.csv"), code: 66, saying: ["built-in data set", "model file first"])
      expectError(
        try tool.run("fit fa rows.csv --factors 1 --missing model"), code: 64,
        saying: ["'model'", "gaussian-mixture", "surprisal impute"])
      try tool.write("n,c\n0,a\n0,a\n3,b\n5,b\n", to: "flat.csv")
      expectError(
        try tool.run("fit nb flat.csv --class c --families normal"), code: 65, saying: ["--scale-smoothing"])
      let smooth = try tool.run("fit nb flat.csv --class c --families normal --scale-smoothing 1e-9")
      #expect(smooth.code == 0 && smooth.output.contains("× 1 column,"), "\(smooth.errors)")
      let single = try tool.run("fit poisson-mixture flat.csv --columns n --components 1")
      #expect(single.output.contains("1 component, 1 parameter\n"), "\(single.output)")
    }
  }
}
