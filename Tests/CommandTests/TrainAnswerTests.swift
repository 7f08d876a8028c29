import Foundation
import SurprisalTestSupport
import Testing

/// Numbers in the answer of `train`: which data they are of, and what stands beside them.
@Suite struct TrainAnswerTests {
  private func count(_ part: Any?) -> Int? { (part as? [String: Any])?["count"] as? Int }

  private func idx(_ shape: [Int], _ data: [UInt8]) -> Data {
    Data([0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, UInt8($0)] } + data)
  }

  /// A limit is one of the training data: what is tested with stays whole.
  @Test func aLimitIsOfTheTrainingData() throws {
    try Tool.within { tool in
      let folder = tool.folder.appendingPathComponent("m")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, data) in [
        ("train-images-idx3-ubyte", idx([6, 1, 1], [0, 9, 1, 8, 2, 7])),
        ("train-labels-idx1-ubyte", idx([6], [0, 1, 0, 1, 0, 1])),
        ("t10k-images-idx3-ubyte", idx([5, 1, 1], [0, 9, 9, 1, 9])),
        ("t10k-labels-idx1-ubyte", idx([5], [0, 1, 1, 0, 1])),
      ] { try data.write(to: folder.appendingPathComponent(name)) }
      let line = "train softmax m --limit 4 --validation 0 --epochs 60 --batch 4 --model s.st --json"
      let whole = try tool.run(line).object()
      #expect(count(whole["train"]) == 4 && count(whole["test"]) == 5)
      #expect((whole["test"] as? [String: Any])?["accuracy"] as? Double == 1)
      // The test data of the folder, all of them.
      #expect(count(try tool.run("evaluate s.st m --json").object()) == 5)
      let digits = try tool.run("train softmax digits --limit 40 --epochs 1 --test digits --json").object()
      #expect(count(digits["train"]) == 36 && count(digits["validation"]) == 4 && count(digits["test"]) == 1797)
    }
  }

  /// Whole numbers of an archive are classes, or numbers where that is asked; a network's data are of its own kind.
  @Test func targetsOfArraysAreOfTheKindThatIsAsked() throws {
    try Tool.within { tool in
      let values = (0..<12).map { Float($0) }
      let x = ArrayFiles.npy("<f4", "(12, 1)", values.withUnsafeBytes { Array($0) })
      let y = ArrayFiles.npy("|u1", "(12,)", (0..<12).map { $0 / 4 })
      for (name, bytes) in [("a.npz", ArrayFiles.npz([("x", x), ("y", y)])), ("x.npy", x), ("y.npy", y)] {
        try Data(bytes).write(to: tool.folder.appendingPathComponent(name))
      }
      for data in ["a.npz", "x.npy --target y.npy"] {
        let line = "train linear \(data) --validation 0 --epochs 300 --json"
        let classes = try tool.run(line).object()["train"] as? [String: Any]
        #expect(classes?["accuracy"] != nil && classes?["determination"] == nil)
        let numbers = try tool.run(line + " --target-kind numbers --model n.st").object()["train"] as? [String: Any]
        #expect(numbers?["accuracy"] == nil && numbers?["determination"] as? Double ?? 0 > 0.85)
        let evaluation = try tool.run("evaluate n.st \(data) --json")
        #expect(evaluation.code == 0, "\(evaluation.errors)")
        #expect(try evaluation.object()["determination"] as? Double == numbers?["determination"] as? Double)
      }
    }
  }

  @Test func predictionsOfTheFirstRowsAreTheirs() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.line, to: "l.csv")
      #expect(try tool.run("train linear l.csv --target y --epochs 9 --model l.st --quiet").code == 0)
      let whole = try tool.run("predict l.st l.csv").output.split(separator: "\n")
      let first = try tool.run("predict l.st l.csv --limit 4").output.split(separator: "\n")
      #expect(whole.count == 13 && first.count == 5)
      // Sums of other lengths may be rounded otherwise.
      for (a, b) in zip(first.dropFirst(), whole.dropFirst()) {
        let (x, y) = (a.split(separator: ","), b.split(separator: ","))
        #expect(x[0] == y[0] && abs((Double(x[1]) ?? .nan) - (Double(y[1]) ?? .infinity)) < 1e-4)
      }
    }
  }

  /// Only the columns that are asked for, and the target.
  @Test func columnsAreChosen() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.line, to: "l.csv")
      let object = try tool.run("train linear l.csv --columns b --target y --epochs 1 --model l.st --json").object()
      #expect(object["parameters"] as? Int == 2)
      #expect(try tool.run("predict l.st -", input: "b\n1\n2\n").output.hasPrefix("row,y\n1,"))
    }
  }

  /// The epoch of the best network is the last that the log calls so.
  @Test func theBestEpochIsThatOfTheLog() throws {
    try Tool.within { tool in
      let line = "train mlp digits --limit 300 --hidden 8 --epochs 4 --batch 50 --run r --json"
      let object = try tool.run(line).object()
      let log = String(decoding: try tool.bytes(of: "r/metrics.jsonl"), as: UTF8.self).split(separator: "\n")
      let best = try log.compactMap { line -> Int? in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?["isBest"] as? Bool == true ? object?["epoch"] as? Int : nil
      }
      #expect(best.last != nil && object["bestEpoch"] as? Int == best.last)
      #expect(object["epochs"] as? Int == 4 && object["steps"] as? Int == 24)
    }
  }

  /// A network that does not move is no better at the second validation, which one of patience ends.
  @Test func aTrainingThatIsStoppedEarlySaysSo() throws {
    try Tool.within { tool in
      let line = "train mlp digits --limit 60 --hidden 4 --learning-rate 1e-300 --epochs 5 --json"
      let stopped = try tool.run(line + " --patience 1").object()
      #expect(stopped["stoppedEarly"] as? Bool == true && stopped["epochs"] as? Int == 2)
      #expect(stopped["bestEpoch"] as? Int == 1)
      let whole = try tool.run(line).object()
      #expect(whole["stoppedEarly"] as? Bool == false && whole["epochs"] as? Int == 5)
      #expect(
        try tool.run(line.replacingOccurrences(of: " --json", with: " --patience 1")).output.contains(
          "2 epochs, 2 steps, stopped early in"))
    }
  }

  /// (x − mean) / deviation, divisor n.
  private func standardized(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { ($0 - mean) / square.squareRoot() }
  }

  /// The objective has half the decay times the square of the weights in it, on both sides.
  @Test func theClosedFormHasTheDecay() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.line, to: "l.csv")
      let line =
        "train linear l.csv --target y --epochs 600 --validation 0 --schedule constant --weight-decay 0.5 "
        + "--momentum 0 --batch 12 --json"
      let form = try #require(try tool.run(line).object()["closedForm"] as? [String: Any])
      let rows = TrainCommandTests.line.split(separator: "\n").dropFirst().map { row in
        row.split(separator: ",").compactMap { Double($0) }
      }
      let (a, b) = (standardized(rows.map { $0[0] }), standardized(rows.map { $0[1] }))
      let y = standardized(rows.map { $0[2] })
      let w = try #require(form["weights"] as? [Double])
      let errors = y.indices.map { w[0] * a[$0] + w[1] * b[$0] - y[$0] }
      let loss = errors.reduce(0) { $0 + $1 * $1 } / 24 + 0.25 * (w[0] * w[0] + w[1] * w[1])
      #expect(abs((form["loss"] as? Double ?? .nan) - loss) < 1e-12)
      #expect(abs((form["trainedLoss"] as? Double ?? .nan) - loss) < 1e-6)
      #expect(form["largestDifference"] as? Double ?? 1 < 1e-3)
    }
  }

  /// A decay beside the gradient is no part of the loss, so that there is no closed form of it.
  @Test func aDecoupledDecayHasNoClosedForm() throws {
    try Tool.within { tool in
      try tool.write(TrainCommandTests.line, to: "l.csv")
      let line = "train linear l.csv --target y --epochs 1 --optimizer adamw --weight-decay"
      #expect(try tool.run(line + " 0.5 --json").object()["closedForm"] == nil)
      #expect(try tool.run(line + " 0 --json").object()["closedForm"] != nil)
      let classes = try tool.run("train linear l.csv --target y --target-kind classes --epochs 1 --json")
      #expect(classes.code == 0, "\(classes.errors)")
      #expect(try classes.object()["closedForm"] == nil)
    }
  }

  /// Weights that have hardly left 0 are off by the whole slope, here the correlation of both columns.
  @Test func theLargestDifferenceHasNoSign() throws {
    try Tool.within { tool in
      let line =
        "train linear old-faithful --target waiting --epochs 1 --learning-rate 1e-9 --validation 0 --json"
      let form = try #require(try tool.run(line).object()["closedForm"] as? [String: Any])
      let slope = try #require(form["weights"] as? [Double])[0]
      // R's cor(faithful).
      #expect(abs(slope - 0.900_811_2) < 1e-6)
      #expect(abs((form["largestDifference"] as? Double ?? .nan) - slope) < 1e-6)
    }
  }
}
