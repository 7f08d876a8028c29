import Foundation
import Testing

/// What `train`, `evaluate` and `predict` answer.
@Suite struct TrainCommandTests {
  /// Six rows of two numbers and a word that tells them apart.
  static let words = "a,b,kind\n1,2,x\n2,3,y\n3,1,x\n4,2,y\n1.5,2,x\n2.5,3,y\n"
  /// y = 2 a − b + 1 with small deviations.
  static let line =
    "a,b,y\n0,1,0.1\n1,0,3\n2,2,2.9\n3,1,6\n4,5,4.1\n5,2,9\n6,0,12.9\n7,4,11\n8,3,14.1\n9,9,10\n10,1,20\n11,2,21.1\n"

  /// The keys of DESIGN §9.
  @Test func jsonHasItsKeys() throws {
    try Tool.within { tool in
      let outcome = try tool.run("train mlp digits --epochs 3 --hidden 16 --json")
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.split(separator: "\n").count == 1)
      let object = try outcome.object()
      let keys = ["recipe", "epochs", "steps", "seconds", "parameters", "train", "validation", "test", "checkpoint"]
      for key in keys { #expect(object[key] != nil, "\(key)") }
      #expect(object["recipe"] as? String == "mlp" && object["epochs"] as? Int == 3)
      // 64 · 16 + 16 + 16 · 10 + 10, and 1,617 data in batches of 128.
      #expect(object["parameters"] as? Int == 1210 && object["steps"] as? Int == 39)
      for (part, count) in [("train", 1617), ("validation", 180)] {
        let figures = try #require(object[part] as? [String: Any])
        #expect(figures["count"] as? Int == count)
        let (loss, accuracy) = (figures["loss"] as? Double ?? .nan, figures["accuracy"] as? Double ?? .nan)
        #expect(loss > 0 && loss < log(10) && accuracy > 0.1 && accuracy <= 1)
      }
      #expect(object["test"] is NSNull && object["checkpoint"] is NSNull)
    }
  }

  @Test func textSaysWhatWasLearnedAndHowWell() throws {
    try Tool.within { tool in
      let outcome = try tool.run("train mlp digits --epochs 1 --hidden 8")
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      for fragment in [
        "mlp of digits: inputs 1 × 8 × 8, 10 classes, 610 parameters", "1 epoch, 13 steps in", "nats per datum",
        "training", "validation", "95 % interval",
      ] { #expect(outcome.output.contains(fragment), "\(outcome.output)") }
      #expect(try tool.names().isEmpty)
    }
  }

  @Test func theSameSeedGivesTheSameModelOnEveryRun() throws {
    try Tool.within { tool in
      for (seed, name) in [(5, "a"), (5, "b"), (6, "c")] {
        let line = "train mlp digits --epochs 2 --hidden 8 --threads 1 --seed \(seed) --model \(name).st --quiet"
        let outcome = try tool.run(line)
        #expect(outcome.code == 0)
      }
      let (first, again, other) = (try tool.bytes(of: "a.st"), try tool.bytes(of: "b.st"), try tool.bytes(of: "c.st"))
      #expect(first == again && first != other)
      #expect(try tool.run("verify a.st").code == 0)
      #expect(try tool.run("inspect a.st").output.contains("1.weight"))
    }
  }

  @Test func configurationsAreDumpedEditedAndReadBack() throws {
    try Tool.within { tool in
      for recipe in ["linear", "softmax", "mlp", "lenet", "resnet", "resnext"] {
        let dump = try tool.run("train \(recipe) --dump-config")
        #expect(dump.code == 0 && dump.errors.isEmpty, "\(recipe): \(dump.errors)")
        #expect(try dump.object()["recipe"] as? String == recipe)
        let back = try tool.run("train \(recipe) --config - --dump-config", input: dump.output)
        #expect(back.output == dump.output, "\(recipe): \(back.errors)")
      }
      // Options change what a file says, and a file what the recipe says.
      try tool.write(
        #"{"network":{"hidden":[5]},"optimizer":{"learningRate":0.5},"training":{"epochs":2}}"#, to: "c.json")
      let dump = try tool.run("train mlp --config c.json --epochs 3 --dump-config").object()
      #expect((dump["network"] as? [String: Any])?["hidden"] as? [Int] == [5])
      #expect((dump["network"] as? [String: Any])?["activation"] as? String == "relu")
      #expect((dump["optimizer"] as? [String: Any])?["learningRate"] as? Double == 0.5)
      #expect((dump["training"] as? [String: Any])?["epochs"] as? Int == 3)
      // Training with the options and with what they dump is the same.
      let options = "train mlp digits --hidden 7,3 --activation tanh --dropout 0 --epochs 2 --optimizer sgd --batch 64"
      try tool.write(try tool.run(options + " --dump-config").output, to: "d.json")
      #expect(try tool.run(options + " --model o.st --quiet --threads 1").code == 0)
      #expect(try tool.run("train mlp digits --config d.json --model d.st --quiet --threads 1").code == 0)
      #expect(try tool.bytes(of: "o.st") == tool.bytes(of: "d.st"))
    }
  }

  /// Optimizers and schedules with settings of their own: L-BFGS brings its along, and options given beside it count.
  @Test func optimizersAndSchedulesAreChosen() throws {
    try Tool.within { tool in
      func part(_ name: String, _ options: String) throws -> [String: Any] {
        let dump = try tool.run("train softmax \(options) --dump-config").object()
        return try #require(dump[name] as? [String: Any])
      }
      let search = try part("optimizer", "--optimizer lbfgs")
      #expect(search["name"] as? String == "lbfgs" && search["learningRate"] as? Double == 1)
      #expect(search["momentum"] as? Double == 0 && search["weightDecay"] as? Double == 0)
      #expect(try part("training", "--optimizer lbfgs")["epochs"] as? Int == 100)
      #expect(try part("training", "--optimizer lbfgs --epochs 7")["epochs"] as? Int == 7)
      #expect(try part("schedule", "--optimizer lbfgs")["name"] as? String == "constant")
      #expect(try part("schedule", "--optimizer lbfgs --schedule cosine")["name"] as? String == "cosine")
      #expect(try part("optimizer", "")["decoupled"] as? Bool == false)
      #expect(try part("optimizer", "--decoupled-decay")["decoupled"] as? Bool == true)
      for name in ["exponential", "polynomial", "inverse-square-root"] {
        let schedule = try part("schedule", "--schedule \(name)")
        #expect(schedule["name"] as? String == name)
        #expect(schedule["power"] as? Double == 2 && schedule["factor"] as? Double == 0.9)
        let line = "train softmax digits --limit 100 --epochs 2 --schedule \(name) --quiet --json"
        #expect(try tool.run(line).object()["epochs"] as? Int == 2)
      }
      // One step an epoch, whatever the batch.
      let line = "train softmax digits --optimizer lbfgs --batch 100 --epochs 12 --json"
      let object = try tool.run(line).object()
      #expect(object["steps"] as? Int == 12)
      let accuracy = try #require((object["train"] as? [String: Any])?["accuracy"] as? Double)
      #expect(accuracy > 0.95)
    }
  }

  @Test func theReportHasTheCurves() throws {
    try Tool.within { tool in
      let outcome = try tool.run("train mlp digits --epochs 3 --hidden 8 --report r.html --json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let page = String(decoding: try tool.bytes(of: "r.html"), as: UTF8.self)
      #expect(page.hasPrefix("<!DOCTYPE html>") && !page.contains("<script"))
      #expect(page.components(separatedBy: "<svg").count > 2)
      for text in [
        "mlp of digits", "learning rate", "loss, nats per datum", "accuracy", "class and the one that was told",
        "optimizer.name", "Linear(inputs: 64, outputs: 8)", "--report r.html",
      ] { #expect(page.contains(text), "\(text)") }
      #expect(try tool.names() == ["r.html"])
    }
  }

  /// The same network on the same data gives the same figures, whoever measures it.
  @Test func evaluateAndPredictAgreeWithTraining() throws {
    try Tool.within { tool in
      let line = "train mlp digits --epochs 2 --hidden 12 --validation 0 --model m.st --test digits --json"
      let object = try tool.run(line).object()
      let trained = try #require(object["train"] as? [String: Any])
      #expect(object["validation"] is NSNull)
      let evaluation = try tool.run("evaluate m.st digits --json").object()
      let test = try #require(object["test"] as? [String: Any])
      for key in ["loss", "accuracy", "lossStandardError"] {
        let value = try #require(trained[key] as? Double)
        #expect(evaluation[key] as? Double == value && test[key] as? Double == value, "\(key)")
      }
      let confusion = try #require(evaluation["confusion"] as? [[Int]])
      #expect(confusion.joined().reduce(0, +) == 1797)
      let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
      #expect(abs(Double(right) / 1797 - (trained["accuracy"] as? Double ?? .nan)) < 1e-12)
      let predicted = try tool.run("predict m.st digits --json").object()
      let classes = try #require(predicted["class"] as? [String])
      for (index, name) in (evaluation["classes"] as? [String] ?? []).enumerated() {
        #expect(classes.filter { $0 == name }.count == confusion.reduce(0) { $0 + $1[index] })
      }
      let table = try tool.run("predict m.st digits --limit 3").output.split(separator: "\n")
      #expect(table.count == 4 && table[0].hasPrefix("row,class,p(0),p(1)"))
      for row in table.dropFirst() {
        let masses = row.split(separator: ",").dropFirst(2).compactMap { Double($0) }
        #expect(masses.count == 10 && abs(masses.reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  /// Acceptance test A65.
  @Test func columnsAreMatchedByName() throws {
    try Tool.within { tool in
      try tool.write(Self.words, to: "w.csv")
      let line = "train softmax w.csv --target kind --epochs 3 --batch 2 --validation 0 --model w.st --json"
      let fit = try tool.run(line)
      #expect(fit.code == 0, "\(fit.errors)")
      let whole = try tool.run("predict w.st w.csv").output.split(separator: "\n")
      #expect(whole.count == 7 && whole[0] == "row,class,p(x),p(y)")
      // Other order, no target, another column beside; then by position where there are no names.
      let named = try tool.run("predict w.st -", input: "b,more,a\n2,7,1\n3,8,2\n")
      let placed = try tool.run("predict w.st - --header no", input: "1,2\n2,3\n")
      for outcome in [named, placed] {
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n")
        #expect(rows.count == 3)
        for (row, expected) in zip(rows.dropFirst(), whole.dropFirst()) {
          let (cells, others) = (row.split(separator: ","), expected.split(separator: ","))
          #expect(cells[1] == others[1])
          #expect(abs((Double(cells[2]) ?? .nan) - (Double(others[2]) ?? .infinity)) < 1e-6)
        }
      }
      expectError(
        try tool.run("predict w.st -", input: "a,c\n1,2\n"), code: 65, saying: ["[a, c]", "[a, b]"])
      expectError(
        try tool.run("predict w.st - --header no", input: "1,2,3\n"), code: 65, saying: ["[x1, x2, x3]", "[a, b]"])
      #expect(try tool.run("evaluate w.st w.csv --json").object()["count"] as? Int == 6)
      expectError(
        try tool.run("evaluate w.st -", input: "a,b,kind\n1,2,z\n"), code: 65, saying: ["`z`", "kind", "x, y"])
    }
  }

  /// Targets that are numbers come back in their own unit; the closed form stands beside gradient descent.
  @Test func numbersAreToldInTheirUnit() throws {
    try Tool.within { tool in
      try tool.write(Self.line, to: "l.csv")
      let line = "train linear l.csv --target y --epochs 400 --validation 0 --schedule constant --model l.st --json"
      let object = try tool.run(line).object()
      let form = try #require(object["closedForm"] as? [String: Any])
      let (best, trained) = (form["loss"] as? Double ?? .nan, form["trainedLoss"] as? Double ?? .nan)
      #expect(trained >= best - 1e-6 && trained < best + 0.01, "\(trained) \(best)")
      let rows = try tool.run("predict l.st l.csv").output.split(separator: "\n")
      #expect(rows[0] == "row,y" && rows.count == 13)
      #expect(abs((Double(rows[2].split(separator: ",")[1]) ?? .nan) - 3) < 1)
      let evaluation = try tool.run("evaluate l.st l.csv --json").object()
      #expect((evaluation["determination"] as? Double ?? 0) > 0.97)
      // A closed form does not decay its intercept, so none stands beside a training that does.
      for (decays, isShown) in [(false, true), (true, false)] {
        try tool.write(#"{"optimizer":{"weightDecay":0.01,"decaysVectors":\#(decays)}}"#, to: "c.json")
        let decayed = try tool.run("train linear l.csv --target y --epochs 1 --validation 0 --config c.json --json")
        #expect((try decayed.object()["closedForm"] != nil) == isShown, "\(decayed.errors)")
      }
      #expect(try tool.run("evaluate l.st -", input: "a,b,y\n1,0,3\n").output.contains(": 1 datum, loss"))
      // Several targets.
      let two = try tool.run("train mlp l.csv --target a,b --hidden 3 --epochs 2 --model t.st --json")
      #expect(two.code == 0, "\(two.errors)")
      #expect(try tool.run("predict t.st l.csv --limit 2").output.hasPrefix("row,a,b\n1,"))
    }
  }

  @Test func tablesAreReadAsEverywhere() throws {
    try Tool.within { tool in
      let piped = try tool.run("train softmax - --target kind --epochs 1 --json", input: Self.words)
      #expect(try piped.object()["data"] as? String == "-")
      try tool.write(Self.words + "NA,3,x\n", to: "m.csv")
      expectError(
        try tool.run("train softmax m.csv --target kind"), code: 65, saying: ["m.csv:8:1", "--missing drop"])
      let dropped = try tool.run("train softmax m.csv --target kind --epochs 1 --validation 0 --missing drop --json")
      #expect(dropped.errors.contains("1 row"), "\(dropped.errors)")
      #expect((try dropped.object()["train"] as? [String: Any])?["count"] as? Int == 6)
      // Numbers become classes when asked, and only then.
      try tool.write("a,n\n1,0\n2,1\n3,0\n4,1\n", to: "n.csv")
      expectError(
        try tool.run("train softmax n.csv --target n"), code: 64, saying: ["classes", "--target-kind classes"])
      let asked = try tool.run("train softmax n.csv --target n --target-kind classes --epochs 1")
      #expect(asked.output.contains("2 classes"), "\(asked.errors)")
    }
  }
}
