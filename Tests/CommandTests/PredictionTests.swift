import Foundation
import Surprisal
import Testing

/// `predict` of a network on what is at hand: images in files, folders of them, idx images without labels.
@Suite struct PredictionTests {
  /// Trains a small perceptron, m.st, on the built-in digits, and gives the pixels of the first of them.
  private func digits(in tool: Tool, count: Int = 4) throws -> [[UInt8]] {
    let trained = try tool.run("train mlp digits --epochs 1 --hidden 8 --model m.st --quiet")
    #expect(trained.code == 0, "\(trained.errors)")
    let inputs = try SupervisedData.builtIn("digits").inputs
    return (0..<count).map { index in inputs[index].scalars(as: Int.self).map { UInt8($0) } }
  }

  static func idx(_ shape: [Int], _ data: [UInt8]) -> Data {
    Data(
      [0, 0, 8, UInt8(shape.count)]
        + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 0xFF) } } + data)
  }

  private func write(_ data: Data, to name: String, in tool: Tool) throws {
    try data.write(to: tool.folder.appendingPathComponent(name))
  }

  @Test func idxImagesNeedNoLabels() throws {
    try Tool.within { tool in
      let pixels = try digits(in: tool)
      let expected = try tool.run("predict m.st digits --limit 4")
      #expect(expected.code == 0 && expected.output.split(separator: "\n").count == 5, "\(expected.errors)")
      // The contents say what it is, not the name.
      try write(Self.idx([4, 8, 8], pixels.flatMap(\.self)), to: "images", in: tool)
      let found = try tool.run("predict m.st images")
      #expect(found.code == 0 && found.output == expected.output, "\(found.errors)")
      #expect(try tool.run("predict m.st images --limit 2").output.split(separator: "\n").count == 3)
      let object = try tool.run("predict m.st images --json").object()
      #expect((object["class"] as? [String])?.count == 4 && object["rows"] as? Int == 4)
      #expect(object["data"] as? String == "images" && object["file"] == nil)
      #if SystemLibraries
        let packed = try tool.shell("gzip -n -c images > packed && surprisal predict m.st packed")
        #expect(packed.output == expected.output, "\(packed.errors)")
      #endif
    }
  }

  @Test func idxFilesThatAreNoImagesOfTheNetworkAreRefused() throws {
    try Tool.within { tool in
      _ = try digits(in: tool, count: 0)
      try write(Self.idx([3], [1, 2, 3]), to: "labels", in: tool)
      expectError(
        try tool.run("predict m.st labels"), code: 65,
        saying: ["labels: images have at least two dimensions, this array has the shape [3]"])
      try write(Self.idx([2, 2, 3], [UInt8](repeating: 1, count: 12)), to: "small", in: tool)
      expectError(
        try tool.run("predict m.st small"), code: 65,
        saying: ["small: the inputs have the shape [1, 2, 3], the network takes [1, 8, 8]"])
      try write(Self.idx([Int](repeating: 1, count: 200), [1]), to: "deep", in: tool)
      expectError(try tool.run("predict m.st deep"), code: 65, saying: ["deep: the array has 200 dimensions"])
      try write(Self.idx([2, 8, 8], [1, 2, 3]), to: "cut", in: tool)
      expectError(try tool.run("predict m.st cut"), code: 65, saying: ["cut: the shape [2, 8, 8] of uint8 takes 128"])
      expectError(try tool.run("predict m.st none-images-idx3-ubyte"), code: 66, saying: ["none-images-idx3-ubyte"])
    }
  }

  /// Of a folder with test data these are told, as many as `--limit` says.
  @Test func aLimitHoldsForTestData() throws {
    try Tool.within { tool in
      let pixels = try digits(in: tool)
      let folder = tool.folder.appendingPathComponent("m")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for part in ["train", "t10k"] {
        try write(Self.idx([4, 8, 8], pixels.flatMap(\.self)), to: "m/\(part)-images-idx3-ubyte", in: tool)
        try write(Self.idx([4], [0, 1, 2, 3]), to: "m/\(part)-labels-idx1-ubyte", in: tool)
      }
      #expect(try tool.run("predict m.st m --limit 2").output.split(separator: "\n").count == 3)
      #expect(try tool.run("predict m.st m").output.split(separator: "\n").count == 5)
    }
  }

  #if SystemLibraries
    /// The first digits as PNG files 0.png, 1.png, … in `folder`.
    private func draw(_ pixels: [[UInt8]], in tool: Tool, _ folder: String = "") throws {
      let place = tool.folder.appendingPathComponent(folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (index, pixels) in pixels.enumerated() {
        try PNGImage(height: 8, width: 8, channels: 1, pixels: pixels)
          .write(to: place.appendingPathComponent("\(index).png").path)
      }
    }

    /// What `predict m.st digits` says, with the names of these files behind the numbers of the rows.
    private func expected(_ files: [String], in tool: Tool) throws -> String {
      let plain = try tool.run("predict m.st digits --limit \(files.count)").output.split(separator: "\n")
      let rows = zip(plain, ["file"] + files).map { line, file in
        let comma = line.firstIndex(of: ",") ?? line.endIndex
        return "\(line[..<comma]),\(file)\(line[comma...])\n"
      }
      return rows.joined()
    }

    @Test func imagesAreNamedByTheirFiles() throws {
      try Tool.within { tool in
        let pixels = try digits(in: tool)
        try draw(pixels, in: tool)
        let names = (0..<4).map { "\($0).png" }
        let several = try tool.run(["predict", "m.st"] + names)
        #expect(several.code == 0 && several.output.hasPrefix("row,file,class,p(0),"), "\(several.errors)")
        #expect(try several.output == expected(names, in: tool))
        let told = several.output.split(separator: "\n").dropFirst().map { String($0.split(separator: ",")[2]) }
        let one = try tool.run("predict m.st 2.png").output.split(separator: "\n")
        #expect(one.count == 2 && one.last?.hasPrefix("1,2.png,\(told[2]),") == true, "\(one)")
        let object = try tool.run(["predict", "m.st", "--json"] + names).object()
        #expect(object["file"] as? [String] == names && object["data"] as? [String] == names)
        #expect(object["class"] as? [String] == told)
        let single = try tool.run("predict m.st 3.png --json").object()
        #expect(single["file"] as? [String] == ["3.png"] && single["data"] as? String == "3.png")
      }
    }

    /// A folder needs no classes; where it has some, they need not be the network's.
    @Test func foldersOfImagesAreTold() throws {
      try Tool.within { tool in
        let pixels = try digits(in: tool)
        try draw(pixels, in: tool, "flat")
        let flat = (0..<4).map { "flat/\($0).png" }
        #expect(try tool.run("predict m.st flat").output == expected(flat, in: tool))
        #expect(try tool.run("predict m.st flat/").output == expected(flat, in: tool))
        #expect(try tool.run("predict m.st flat --limit 3").output.split(separator: "\n").count == 4)
        try draw(Array(pixels[..<2]), in: tool, "by/first")
        try draw(Array(pixels[2...]), in: tool, "by/second")
        let classes = ["by/first/0.png", "by/first/1.png", "by/second/0.png", "by/second/1.png"]
        #expect(try tool.run("predict m.st by").output == expected(classes, in: tool))
        // A folder that holds images itself is not searched further.
        try draw([pixels[0]], in: tool, "by")
        let mixed = try tool.run("predict m.st by")
        #expect(mixed.output.contains("1,by/0.png,") && mixed.output.split(separator: "\n").count == 2)
        #expect(mixed.errors.contains("note: the subfolders of by are left out"))
        let both = try tool.run("predict m.st flat by").output
        #expect(both.split(separator: "\n").count == 6 && both.contains("5,by/0.png,"))
        try FileManager.default.createDirectory(
          at: tool.folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
        expectError(try tool.run("predict m.st empty"), code: 65, saying: ["empty: holds no image"])
      }
    }

    @Test func imagesThatTheNetworkDoesNotTakeAreNamed() throws {
      try Tool.within { tool in
        try draw(try digits(in: tool, count: 1), in: tool)
        let (gray, color) = ("8 × 8 pixels of 1 channel (gray)", "8 × 8 pixels of 3 channels (color)")
        let path = { (name: String) in tool.folder.appendingPathComponent(name).path }
        try PNGImage(height: 2, width: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6]).write(to: path("small.png"))
        expectError(
          try tool.run("predict m.st 0.png small.png"), code: 65,
          saying: ["small.png: the image has 2 × 3 pixels of 1 channel (gray), the network takes \(gray)"])
        try PNGImage(height: 8, width: 8, channels: 3, pixels: [UInt8](repeating: 9, count: 192))
          .write(to: path("color.png"))
        expectError(
          try tool.run("predict m.st color.png"), code: 65,
          saying: ["color.png: the image has \(color), the network takes \(gray)", "none are converted"])
        try tool.bytes(of: "0.png").dropLast(20).write(to: tool.folder.appendingPathComponent("cut.png"))
        expectError(try tool.run("predict m.st cut.png"), code: 65, saying: ["cut.png: is cut off or damaged"])
        try tool.write("no image", to: "note.txt")
        expectError(try tool.run("predict m.st 0.png note.txt"), code: 64, saying: ["note.txt is no PNG image"])
        expectError(try tool.run("predict m.st 0.png none.png"), code: 66, saying: ["none.png"])
        expectError(try tool.run("predict m.st none.png"), code: 66, saying: ["none.png"])
        let rest = try tool.run("predict m.st small.png 0.png color.png cut.png note.txt --skip-bad")
        #expect(rest.code == 0 && rest.output.split(separator: "\n").count == 2, "\(rest.errors)")
        #expect(rest.output.contains("\n1,0.png,"))
        for name in ["small.png", "color.png", "cut.png", "note.txt"] {
          #expect(rest.errors.contains("note: left out \(name): "), "\(rest.errors)")
        }
        #expect(rest.errors.contains("note: 4 of 5 images left out"))
        expectError(
          try tool.run("predict m.st small.png color.png --skip-bad"), code: 65,
          saying: ["none of the 2 images can be used"])
      }
    }

    @Test func aNetworkOfTablesTakesNoImages() throws {
      try Tool.within { tool in
        try tool.write(TrainCommandTests.words, to: "w.csv")
        let trained = try tool.run("train softmax w.csv --target kind --epochs 1 --validation 0 --model w.st --quiet")
        #expect(trained.code == 0, "\(trained.errors)")
        try PNGImage(height: 1, width: 2, channels: 1, pixels: [1, 2])
          .write(to: tool.folder.appendingPathComponent("a.png").path)
        expectError(
          try tool.run("predict w.st a.png"), code: 65,
          saying: ["a.png: the network takes inputs of the shape [2], which are no images"])
      }
    }
  #endif
}
