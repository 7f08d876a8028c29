import Foundation
import Testing

/// What `train`, `evaluate` and `predict` say of mistakes: rule R of the acceptance tests.
@Suite struct TrainFaultTests {
  /// Acceptance tests A39 and A40.
  @Test(arguments: [
    ("train mpl digits", ["'mpl'", "did you mean 'surprisal train mlp'?"]),
    ("train mlp", ["DATA is missing", "digits"]),
    ("train mlp digits --epchs 2", ["--epchs", "did you mean --epochs?"]),
    ("train mlp digits --epochs 0", ["--epochs", "'0'", "from 1 to"]),
    ("train mlp digits --batch 0", ["--batch", "'0'", "from 1 to"]),
    ("train mlp digits --batch 2.5", ["--batch", "'2.5'"]),
    ("train mlp digits --learning-rate nan", ["--learning-rate", "'nan'"]),
    ("train mlp digits --learning-rate 0", ["--learning-rate", "'0'"]),
    ("train mlp digits --learning-rate=-1", ["--learning-rate", "'-1'"]),
    ("train mlp digits --dropout 1", ["--dropout", "'1'"]),
    ("train mlp digits --momentum 1", ["--momentum", "'1'"]),
    ("train mlp digits --validation 1", ["--validation", "'1'", "0.9"]),
    ("train mlp digits --hidden 8,0", ["--hidden", "8,0"]),
    ("train mlp digits --optimizer admw", ["'admw'", "did you mean adamw?"]),
    ("train mlp digits --seed 18446744073709551616", ["--seed", "18446744073709551615"]),
    ("train mlp digits --resume", ["--resume", "--run FOLDER"]),
    ("train mlp digits --allow-data-change", ["--allow-data-change", "--run FOLDER"]),
    ("train mlp digits --optimizer adam --decoupled-decay", ["adam has no decoupled decay", "adamw"]),
    ("train softmax digits --optimizer lbfgs --weight-decay 0.1", ["`weightDecay` is 0.1", "lbfgs"]),
    ("train softmax digits --optimizer lbfgs --clip-norm 1", ["`clipNorm`", "lbfgs"]),
    ("train softmax digits --optimizer lbfgs --accumulate 2", ["`accumulation`", "lbfgs"]),
    ("train softmax digits --optimizer lbfgs --momentum 0.5", ["`momentum`", "lbfgs"]),
    ("train lenet digits --optimizer lbfgs --flip", ["`augmentation`", "lbfgs"]),
    ("train mlp digits --run both --model both", ["both and both are the same file"]),
    ("train mlp digits --schedule exponentail", ["'exponentail'", "did you mean exponential?"]),
    ("train linear old-faithful", ["--target is missing"]),
    ("train linear old-faithful --target watiing", ["`watiing`", "did you mean `waiting`?"]),
    ("train softmax old-faithful --target waiting", ["softmax", "--target-kind classes"]),
  ])
  func namesTheMistake(line: String, fragments: [String]) throws {
    try Tool.within { tool in
      expectError(try tool.run(line), code: 64, saying: fragments)
      #expect(try tool.names().isEmpty)
    }
  }

  @Test(arguments: [
    (#"{"training":{"epochz":2}}"#, ["epochz", "epochs"]),
    (#"{"optimizer":{"learningrate":2}}"#, ["learningrate", "learningRate"]),
    (#"{"optimiser":{}}"#, ["optimiser", "optimizer"]),
    (#"{"optimizer":{"learningRate":"fast"}}"#, ["optimizer", "learningRate"]),
    (#"{"training":{"batchSize":0}}"#, ["batchSize"]),
    (#"{"schedule":{"powr":2}}"#, ["schedule", "powr", "power"]),
    (#"{"training":null}"#, ["configuration"]),
    (#"{"recipe":"lenet"}"#, ["lenet", "mlp"]),
    (#"{"recipe":3}"#, ["recipe", "3"]),
    (#"[1]"#, ["object"]),
    (#"{"#, ["JSON"]),
    ("", ["JSON"]),
  ])
  func configurationsAreChecked(text: String, fragments: [String]) throws {
    try Tool.within { tool in
      try tool.write(text, to: "c.json")
      let outcome = try tool.run("train mlp digits --config c.json --epochs 1 --model m.st")
      expectError(outcome, code: 65, saying: ["c.json"] + fragments)
      #expect(try tool.names() == ["c.json"])
    }
  }

  @Test func filesThatAreNotThereAreNamed() throws {
    try Tool.within { tool in
      expectError(try tool.run("train mlp no.csv --target a"), code: 66, saying: ["no.csv"])
      expectError(try tool.run("train mlp digits --config no.json"), code: 66, saying: ["no.json"])
      expectError(try tool.run("evaluate no.st digits"), code: 66, saying: ["no.st"])
      expectError(try tool.run("predict no.st digits"), code: 66, saying: ["no.st"])
      expectError(
        try tool.run("train mlp digits --epochs 1 --model none/m.st"), code: 73, saying: ["none/m.st", "--model"])
      expectError(try tool.run("train mlp digits --epochs 1 --run /proc/run"), code: 73, saying: ["/proc/run"])
      #expect(try tool.names().isEmpty)
    }
  }

  /// What cannot be written is found before the training, also where the other output could be.
  @Test func outputsAreCheckedBeforeTheTraining() throws {
    try Tool.within { tool in
      let line = "train mlp digits --epochs 1 --hidden 4 --model m.st --report"
      expectError(try tool.run("\(line) none/r.html"), code: 73, saying: ["none/r.html", "not there", "--report"])
      try tool.write("a", to: "file")
      expectError(try tool.run("\(line) file/r.html"), code: 73, saying: ["file/r.html", "no folder", "--report"])
      #expect(try tool.names() == ["file"])
      // A file that is there is replaced by one that is new: its folder must take it.
      let folder = tool.folder.appendingPathComponent("closed")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try tool.write("old", to: "closed/r.html")
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
      // The superuser may write everywhere.
      if !FileManager.default.isWritableFile(atPath: folder.path) {
        expectError(try tool.run("\(line) closed/r.html"), code: 74, saying: ["closed/r.html", "may be written"])
        #expect(try tool.names() == ["closed", "file"])
      }
    }
  }

  /// Acceptance test A35: shapes are compared before a step is taken.
  @Test func recipesRefuseDataOfAnotherShape() throws {
    try Tool.within { tool in
      expectError(
        try tool.run("train lenet old-faithful --target waiting"), code: 65, saying: ["lenet takes images", "[1]"])
      expectError(try tool.run("train lenet digits"), code: 65, saying: ["LeNet", "12 × 12", "[1, 8, 8]"])
      expectError(
        try tool.run("train mlp old-faithful --target waiting --flip"), code: 64, saying: ["[1]", "augmentation"])
      #expect(try tool.run("train mlp digits --epochs 1 --hidden 4 --model m.st --quiet").code == 0)
      try tool.write("a,b\n1,2\n", to: "t.csv")
      expectError(try tool.run("predict m.st t.csv"), code: 65, saying: ["t.csv", "[1, 8, 8]"])
      try tool.write("a,k\n1,x\n2,x\n3,x\n", to: "one.csv")
      expectError(try tool.run("train softmax one.csv --target k"), code: 65, saying: ["one.csv", "`x`"])
    }
  }

  /// Acceptance test A32: the first loss that is not finite ends the training; what was saved before can be used.
  @Test func aLossThatIsNotFiniteEndsTheTraining() throws {
    try Tool.within { tool in
      let line = "train mlp digits --epochs 2 --hidden 8 --learning-rate 1e30 --optimizer sgd --run r --model m.st"
      expectError(try tool.run(line), code: 65, saying: ["step 2", "learning rate", "largest gradient", "weight"])
      #expect(try tool.names() == ["r"])
      let checkpoints = try FileManager.default.contentsOfDirectory(atPath: tool.folder.path + "/r")
        .filter { $0.hasPrefix("checkpoint-") }
      #expect(checkpoints.count == 1)
      let prediction = try tool.run(["predict", "r/\(try #require(checkpoints.first))", "digits", "--limit", "1"])
      #expect(prediction.code == 0 && prediction.output.split(separator: "\n").count == 2, "\(prediction.errors)")
    }
  }

  /// Acceptance test A34: more than the memory is refused before it is asked for, with both figures.
  @Test(arguments: [
    "mlp digits --hidden 1000000,1000000", "resnet digits --width 4096 --stages 9,9,9,9,9,9,9,9",
    "resnext digits --groups 1024 --group-width 1024 --stages 9,9,9,9,9,9,9,9",
  ])
  func networksLargerThanMemoryAreRefused(recipe: String) throws {
    try Tool.within { tool in
      expectError(
        try tool.run("train \(recipe) --epochs 1 --model m.st"), code: 70,
        saying: ["needs", "TB of memory", "can be had", "smaller"])
      #expect(try tool.names().isEmpty)
    }
  }

  #if os(Linux)
    @Test func theLimitOfTheProcessCounts() throws {
      try Tool.within { tool in
        let refused = try tool.shell("ulimit -v 400000; surprisal train mlp digits --hidden 20000,20000 --epochs 1")
        expectError(refused, code: 70, saying: ["training this network needs 6.5 GB of memory", "MB can be had"])
        let taken = try tool.shell("ulimit -v 400000; surprisal train mlp digits --hidden 8 --epochs 1 --threads 2")
        #expect(taken.code == 0, "\(taken.errors)")
      }
    }

    /// What layers give for a batch counts beside the weights: 1,617 data times 90,138 numbers, each with a gradient.
    @Test func theMemoryOfABatchCounts() throws {
      try Tool.within { tool in
        let line = "ulimit -v 600000; surprisal train mlp digits --hidden 30000 --steps 1 --threads 2 --model m.st"
        let refused = try tool.shell("\(line) --batch 1000000")
        expectError(
          refused, code: 70,
          saying: ["training this network in batches of 1617 needs 1.2 GB", "MB can be had", "smaller batches"])
        #expect(try tool.names().isEmpty)
        let taken = try tool.shell("\(line) --batch 4")
        #expect(taken.code == 0, "\(taken.errors)")
        let wide = try tool.shell("ulimit -v 120000; surprisal evaluate m.st digits --threads 1")
        expectError(wide, code: 70, saying: ["evaluating this network on 512 data at once needs 122.9 MB of memory"])
      }
    }
  #endif

  /// Acceptance tests A23 and A33: a damaged file is refused by each who reads it.
  @Test func damagedModelsAreRefused() throws {
    try Tool.within { tool in
      #expect(try tool.run("train mlp digits --epochs 1 --hidden 4 --model m.st --quiet").code == 0)
      let whole = try tool.bytes(of: "m.st")
      var flipped = whole
      flipped[flipped.count - 7] ^= 4
      try flipped.write(to: tool.folder.appendingPathComponent("flipped.st"))
      try whole.dropLast(4).write(to: tool.folder.appendingPathComponent("short.st"))
      for name in ["flipped.st", "short.st"] {
        expectError(try tool.run("predict \(name) digits"), code: 65, saying: [name, "checksum"])
        #expect(try tool.run("verify \(name)").code == 65)
      }
      try tool.write("a\n1\n", to: "t.csv")
      expectError(try tool.run("predict t.csv digits"), code: 65, saying: ["t.csv"])
      #expect(try tool.run("fit gmm old-faithful --components 1 --model g.st --quiet").code == 0)
      expectError(try tool.run("predict g.st digits"), code: 65, saying: ["g.st", "gaussian-mixture"])
    }
  }

  /// Acceptance test A31: a reader that leaves does no harm.
  @Test func aReaderThatLeavesIsNoFault() throws {
    try Tool.within { tool in
      #expect(try tool.run("train mlp digits --epochs 1 --hidden 4 --model m.st --quiet").code == 0)
      let outcome = try tool.shell("surprisal predict m.st digits | head -1")
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("row,class"))
    }
  }
}
