import Foundation
import Surprisal
import Testing

/// What `train` and `predict` make of bad data: A18, A64 and A65.
@Suite struct TrainingDataTests {
  private func idx(_ shape: [Int], _ data: [UInt8]) -> Data {
    Data(
      [0, 0, 8, UInt8(shape.count)]
        + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 0xFF) } } + data)
  }

  /// The four files of MNIST with three training images of one pixel; some of them as given.
  private func mnist(in tool: Tool, labels: Data? = nil, images: Data? = nil) throws {
    let folder = tool.folder.appendingPathComponent("m")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = [
      ("train-images-idx3-ubyte", images ?? idx([3, 1, 1], [0, 1, 2])),
      ("train-labels-idx1-ubyte", labels ?? idx([3], [0, 1, 0])),
      ("t10k-images-idx3-ubyte", idx([1, 1, 1], [5])), ("t10k-labels-idx1-ubyte", idx([1], [1])),
    ]
    for (name, data) in files { try data.write(to: folder.appendingPathComponent(name)) }
  }

  @Test func idxFilesThatDoNotFitAreNamedWithTheirCounts() throws {
    try Tool.within { tool in
      try mnist(in: tool, labels: idx([2], [0, 1]))
      expectError(
        try tool.run("train mlp m --model n.safetensors"), code: 65,
        saying: ["m/train-labels-idx1-ubyte: there are 2 labels for the 3 images of m/train-images-idx3-ubyte"])
      try mnist(in: tool, images: idx([3, 1, 1], [0, 1]))
      expectError(
        try tool.run("train mlp m --model n.safetensors"), code: 65,
        saying: ["m/train-images-idx3-ubyte: the shape [3, 1, 1] of uint8 takes 3 bytes, the file has 2"])
      #if SystemLibraries
        try mnist(in: tool, images: Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]))
        expectError(
          try tool.run("train mlp m --model n.safetensors"), code: 65,
          saying: ["m/train-images-idx3-ubyte: the gzip stream is damaged or cut off"])
      #endif
      try mnist(in: tool, images: Data([1, 2, 3, 4]))
      expectError(
        try tool.run("train mlp m --model n.safetensors"), code: 65, saying: ["0x01020304 are not those of an idx file"]
      )
      #expect(try tool.names() == ["m"])
    }
  }

  #if SystemLibraries
    @Test func imagesThatCannotBeUsedAreNamedOrSkipped() throws {
      try Tool.within { tool in
        for (name, level) in [("dark", 10), ("light", 200)] {
          let folder = tool.folder.appendingPathComponent("p/\(name)")
          try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
          for index in 0..<6 {
            let pixels = [UInt8](repeating: UInt8(level + index), count: 16)
            try PNGImage(height: 4, width: 4, channels: 1, pixels: pixels)
              .write(to: folder.appendingPathComponent("\(index).png").path)
          }
        }
        try tool.write("no image", to: "p/dark/note.txt")
        let line = "train mlp p --epochs 1 --hidden 4 --batch 4 --model n.safetensors"
        expectError(try tool.run(line), code: 65, saying: ["p/dark/note.txt: is no PNG image"])
        #expect(try tool.names() == ["p"])
        let outcome = try tool.run(line + " --skip-bad")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("note: left out p/dark/note.txt: is no PNG image\n"))
        #expect(outcome.errors.contains("note: 1 of 13 images left out"))
        #expect(try tool.names() == ["n.safetensors", "p"])
      }
    }

    /// A folder of two folders: one to train on, one to test with.
    @Test func foldersOfImagesBringTheirTestData() throws {
      try Tool.within { tool in
        for (name, level, count) in [
          ("train/dark", 10, 6), ("train/light", 200, 6), ("test/dark", 220, 2), ("test/light", 30, 3),
        ] {
          let folder = tool.folder.appendingPathComponent("p/\(name)")
          try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
          for index in 0..<count {
            let pixels = [UInt8](repeating: UInt8(level + index), count: 16)
            try PNGImage(height: 4, width: 4, channels: 1, pixels: pixels)
              .write(to: folder.appendingPathComponent("\(index).png").path)
          }
        }
        let line = "train softmax p --epochs 30 --batch 4 --validation 0 --model n.safetensors --json"
        for outcome in [try tool.run(line), try tool.run("evaluate n.safetensors p --json")] {
          #expect(outcome.code == 0, "\(outcome.errors)")
          let object = try outcome.object()
          let test = object["test"] as? [String: Any] ?? object
          // The test images are called the other way round.
          #expect(test["count"] as? Int == 5 && test["accuracy"] as? Double == 0)
        }
      }
    }
  #endif

  @Test func columnsAreMatchedByName() throws {
    try Tool.within { tool in
      var rows = "width,color,height,kind\n"
      for index in 0..<20 {
        rows += "\(index % 7).5,\(["red", "blue"][index % 2]),\(index),\(["a", "b"][index / 10])\n"
      }
      try tool.write(rows, to: "t.csv")
      let trained = try tool.run("train softmax t.csv --target kind --epochs 2 --model n.safetensors --quiet")
      #expect(trained.code == 0, "\(trained.errors)")
      try tool.write("width,color,height\n1.5,red,3\n2.5,blue,17\n", to: "same.csv")
      try tool.write("height,extra,color,width\n3,0,red,1.5\n17,0,blue,2.5\n", to: "other.csv")
      let same = try tool.run("predict n.safetensors same.csv")
      #expect(same.code == 0 && same.output.split(separator: "\n").count == 3, "\(same)")
      #expect(try tool.run("predict n.safetensors other.csv").output == same.output)
      try tool.write("width,color,depth\n1,red,3\n", to: "wrong.csv")
      expectError(
        try tool.run("predict n.safetensors wrong.csv"), code: 65,
        saying: [
          "wrong.csv: the columns [width, color, depth] are not those that the model was trained on: ",
          "[width, color=blue, color=red, height]",
        ])
      try tool.write("width,color,height\n1,green,3\n", to: "word.csv")
      expectError(
        try tool.run("predict n.safetensors word.csv"), code: 65,
        saying: ["word.csv:2:2: `green` in the column `color`"])
    }
  }
}
