import Surprisal
import Testing

/// Every option of `train` changes the setting that it names, and no other.
@Suite struct TrainOptionTests {
  private func dump(_ tool: Tool, _ options: String) throws -> JSONValue {
    let outcome = try tool.run("train \(options) --dump-config")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try JSONValue(parsing: outcome.output)
  }

  /// The settings of `part` that differ between two dumps, with their values in the second.
  private func changes(_ part: String, _ before: JSONValue, _ after: JSONValue) -> [String] {
    (after[part]?.members ?? []).compactMap { member in
      let text = member.value.text()
      return before[part]?[member.key]?.text() == text ? nil : "\(member.key) \(text)"
    }
  }

  @Test(arguments: [
    ("--epochs 3", "training", ["epochs 3"]), ("--steps 9", "training", ["epochs null", "steps 9"]),
    ("--steps 9 --epochs 2", "training", ["epochs 2", "steps 9"]), ("--batch 5", "training", ["batchSize 5"]),
    ("--accumulate 4", "training", ["accumulation 4"]), ("--clip-norm 2.5", "training", ["clipNorm 2.5"]),
    ("--average 0.75", "training", ["averageDecay 0.75"]), ("--patience 6", "training", ["patience 6"]),
    ("--seed 7", "training", ["seed 7"]), ("--optimizer rmsprop", "optimizer", ["name \"rmsprop\""]),
    ("--learning-rate 0.25", "optimizer", ["learningRate 0.25"]), ("--momentum 0.5", "optimizer", ["momentum 0.5"]),
    ("--weight-decay 0.125", "optimizer", ["weightDecay 0.125"]),
    ("--schedule linear", "schedule", ["name \"linear\""]),
    ("--warm-up 0.25", "schedule", ["warmUp 0.25"]), ("--validation 0.25", "data", ["validation 0.25"]),
    ("--raw-inputs", "data", ["standardizes false"]), ("--label-smoothing 0.125", "data", ["labelSmoothing 0.125"]),
    ("--activation gelu", "network", ["activation \"gelu\""]), ("--dropout 0.375", "network", ["dropout 0.375"]),
    ("--batch-norm yes", "network", ["batchNormalization true"]),
  ])
  func anOptionChangesItsSetting(option: String, part: String, expected: [String]) throws {
    try Tool.within { tool in
      let (before, after) = (try dump(tool, "mlp"), try dump(tool, "mlp \(option)"))
      for name in ["training", "optimizer", "schedule", "data", "network"] {
        #expect(changes(name, before, after) == (name == part ? expected : []), "\(option): \(name)")
      }
    }
  }

  @Test(arguments: [
    ("mlp --hidden 7,8", ["hidden [7,8]"]), ("linear --degree 4", ["degree 4"]),
    ("lenet --classic", ["classic true"]), ("lenet --batch-norm no", ["batchNormalization false"]),
    ("resnet --stages 2,1", ["stages [2,1]"]), ("resnet --width 16", ["width 16"]),
    ("resnext --stages 1,3", ["stages [1,3]"]), ("resnext --groups 4", ["groups 4"]),
    ("resnext --group-width 2", ["groupWidth 2"]),
  ])
  func networksHaveTheirOwnOptions(line: String, expected: [String]) throws {
    try Tool.within { tool in
      let recipe = String(line.prefix { $0 != " " })
      let (before, after) = (try dump(tool, recipe), try dump(tool, line))
      #expect(changes("network", before, after) == expected)
    }
  }

  /// Images are moved, cut and mirrored, in this order.
  @Test func changesOfImagesAreSteps() throws {
    try Tool.within { tool in
      let data = try dump(tool, "mlp --flip --shift 2 --crop 3")["data"]
      let steps = try #require(data?["augmentation"]?["steps"]?.arrayValue)
      try #require(steps.count == 3)
      let shift = steps[0]["shift"]
      #expect(shift?["down"]?.integerValue == 2 && shift?["right"]?.integerValue == 2)
      let crop = steps[1]["crop"]
      #expect(crop?["padding"]?.integerValue == 3 && crop?["height"]?.integerValue == nil)
      #expect(steps[2]["horizontalFlip"]?["probability"]?.doubleValue == 0.5)
    }
  }
}
