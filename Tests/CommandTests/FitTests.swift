import Foundation
import Testing

/// What `fit` and `select` print.
@Suite struct FitTests {
  /// The keys of DESIGN §9 and the reference maximum of Old Faithful, two full components (PEERS.md).
  @Test func jsonHasItsKeysAndTheReferenceMaximum() throws {
    try Tool.within { tool in
      let outcome = try tool.run("fit gaussian-mixture old-faithful --components 2 --json")
      #expect(outcome.code == 0)
      #expect(outcome.output.split(separator: "\n").count == 1)
      let object = try outcome.object()
      let keys = [
        "model", "rows", "columns", "components", "covariance", "logLikelihood", "logLikelihoodPerRow",
        "objective", "lowerBound", "gap", "iterations", "converged", "bic", "aic", "icl", "startsAtBest",
        "starts", "parameters", "warnings", "history", "seconds",
      ]
      for key in keys { #expect(object[key] != nil, "\(key)") }
      let logLikelihood = try #require(object["logLikelihood"] as? Double)
      #expect(abs(logLikelihood + 1130.26396018) < 1e-6)
      #expect(object["converged"] as? Bool == true)
      let parameters = try #require(object["parameters"] as? [String: Any])
      let weights = try #require(parameters["weights"] as? [Double])
      #expect(weights == weights.sorted(by: >) && weights.count == 2)
      #expect((parameters["means"] as? [[Double]])?.count == 2)
      #expect((parameters["covariances"] as? [[[Double]]])?[0].count == 2)
      let history = try #require(object["history"] as? [[String: Any]])
      #expect(history.count == object["iterations"] as? Int)
      for entry in history {
        for key in ["iteration", "logLikelihood", "lowerBound", "gap"] { #expect(entry[key] != nil) }
      }
    }
  }

  @Test func choosesTheNumberOfComponentsAndSaysSo() throws {
    try Tool.within { tool in
      let outcome = try tool.run("fit gmm old-faithful --covariance tied")
      #expect(outcome.output.contains("chosen by BIC"))
      #expect(outcome.output.contains("3 components, covariance EEE (tied)"))
      let object = try tool.run("fit gmm old-faithful --covariance tied --json").object()
      #expect(object["components"] as? Int == 3)
      #expect(abs(try #require(object["bic"] as? Double) - 2314.2957) < 1e-4)
    }
  }

  @Test func notConvergedIsAWarning() throws {
    try Tool.within { tool in
      let line = "fit gmm old-faithful --components 4 --maximum-iterations 2 --acceleration none"
      let outcome = try tool.run(line + " --json")
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("warning: not converged"))
      #expect(try outcome.object()["converged"] as? Bool == false)
      #expect(try tool.run(line + " --quiet").errors.isEmpty)
    }
  }

  @Test func modelsAreUsedByEveryCommand() throws {
    try Tool.within { tool in
      #expect(try tool.run("fit gmm old-faithful --components 2 --model m.st").code == 0)
      let score = try tool.run("score m.st old-faithful --threshold 0.05")
      let rows = score.output.split(separator: "\n")
      #expect(rows[0] == "row,logDensity,anomaly" && rows.count == 273)
      let values = rows.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
      #expect(abs(values.reduce(0, +) + 1130.26396018) < 1e-6)
      #expect(rows.filter { $0.hasSuffix("true") }.count == 14)
      let assign = try tool.run("assign m.st old-faithful --json").object()
      #expect((assign["component"] as? [Int])?.count == 272)
      let sample = try tool.run("sample m.st --count 7 --seed 3")
      #expect(sample.output.split(separator: "\n").count == 8)
      #expect(try tool.run("sample m.st --count 7 --seed 3").output == sample.output)
      #expect(try tool.run("sample m.st --count 7 --seed 4").output != sample.output)
      let condition = try tool.run("condition m.st old-faithful --given waiting")
      #expect(condition.output.hasPrefix("row,eruptions:mean,eruptions:variance\n"))
      let warm = try tool.run("fit gmm old-faithful --initial m.st --json").object()
      #expect(abs(try #require(warm["logLikelihood"] as? Double) + 1130.26396018) < 1e-6)
      #expect(try tool.run("verify m.st").code == 0)
      #expect(try tool.run("inspect m.st").output.contains("eruptions"))
      #expect(try tool.run("fit k-means old-faithful --clusters 2 -o k.st").code == 0)
      #expect(try tool.run("assign k.st old-faithful").output.hasPrefix("row,cluster\n"))
      expectError(try tool.run("score k.st old-faithful"), code: 65, saying: ["k.st", "no density"])
    }
  }

  @Test func reportIsOnePage() throws {
    try Tool.within { tool in
      let outcome = try tool.run("fit gmm old-faithful --components 2 --report page.html")
      #expect(outcome.code == 0)
      let page = String(decoding: try tool.bytes(of: "page.html"), as: UTF8.self)
      #expect(page.hasPrefix("<!DOCTYPE html>"))
      #expect(page.contains("surprisal fit gmm old-faithful --components 2 --report page.html"))
      #expect(!page.contains("<script"))
    }
  }

  @Test func selectComparesAndNamesTheWinner() throws {
    try Tool.within { tool in
      let line = "select gmm old-faithful --components 2-3 --covariances tied,full --folds 3"
      let text = try tool.run(line)
      #expect(text.code == 0)
      #expect(text.output.contains("winner by bic: 3 components, EEE"))
      #expect(text.output.contains("held out per row [nats]"))
      let object = try tool.run(line + " --criterion held-out --json").object()
      #expect((object["candidates"] as? [[String: Any]])?.count == 4)
      #expect(object["criterion"] as? String == "held-out")
    }
  }
}
