import Foundation
import Surprisal
import Testing

/// What `verify` and `inspect` say of idx files and PNG images.
@Suite struct FileFormatTests {
  private func write(_ data: Data, to name: String, in tool: Tool) throws {
    try data.write(to: tool.folder.appendingPathComponent(name))
  }

  @Test func idxFilesAreShown() throws {
    try Tool.within { tool in
      try write(PredictionTests.idx([2, 2, 3], Array(5..<17)), to: "images", in: tool)
      #expect(try tool.run("verify images").output == "images: whole (idx array)\n")
      #expect(try tool.run("verify images --json").object()["format"] as? String == "idx array")
      let shown = try tool.run("inspect images")
      for word in ["idx array", "uint8", "2 × 2 × 3", "least", "greatest"] {
        #expect(shown.output.contains(word), "\(shown)")
      }
      let object = try tool.run("inspect images --json").object()
      #expect(object["type"] as? String == "uint8" && object["shape"] as? [Int] == [2, 2, 3])
      #expect(object["least"] as? Double == 5 && object["greatest"] as? Double == 16)
      #expect(object["notFinite"] as? Int == 0 && object["gzip"] as? Bool == false)
      // Two numbers of float32: 1.5 and none.
      let floats: [UInt8] = [0, 0, 0x0D, 1, 0, 0, 0, 2, 0x3F, 0xC0, 0, 0, 0x7F, 0xC0, 0, 0]
      try write(Data(floats), to: "floats", in: tool)
      let second = try tool.run("inspect floats --json").object()
      #expect(second["least"] as? Double == 1.5 && second["notFinite"] as? Int == 1)
      #expect(try tool.run("inspect floats").output.contains("1 of the numbers are not finite"))
      // Labels whose first bytes could be those of safetensors.
      try write(PredictionTests.idx([256], [UInt8](repeating: 123, count: 256)), to: "labels", in: tool)
      #expect(try tool.run("inspect labels --json").object()["shape"] as? [Int] == [256])
    }
  }

  @Test func idxFaultsAreNamed() throws {
    try Tool.within { tool in
      let whole = PredictionTests.idx([2, 2, 3], Array(5..<17))
      try write(whole.dropLast(), to: "short", in: tool)
      try write(whole + Data([1]), to: "long", in: tool)
      try write(Data([1, 2, 3, 4, 5]), to: "x-images-idx3-ubyte", in: tool)
      for (name, fault) in [
        ("short", "takes 12 bytes, the file has 11"), ("long", "takes 12 bytes, the file has 13"),
        ("x-images-idx3-ubyte", "0x01020304 are not those of an idx file"),
      ] {
        for command in ["verify", "inspect"] {
          expectError(try tool.run([command, name]), code: 65, saying: ["\(name): ", fault])
        }
      }
      #if SystemLibraries
        try write(whole, to: "images", in: tool)
        #expect(try tool.shell("gzip -n images").code == 0)
        #expect(try tool.run("verify images.gz").output == "images.gz: whole (idx array, packed with gzip)\n")
        #expect(try tool.run("inspect images.gz --json").object()["gzip"] as? Bool == true)
        let packed = try tool.bytes(of: "images.gz")
        try write(packed.dropLast(3), to: "cut.gz", in: tool)
        expectError(try tool.run("verify cut.gz"), code: 65, saying: ["cut.gz: the gzip stream is damaged or cut off"])
        // A wrong checksum, and a size that no machine has: neither takes memory.
        for (name, place) in [("sum.gz", packed.count - 8), ("size.gz", packed.count - 1)] {
          var wrong = packed
          wrong[wrong.startIndex + place] ^= 0xFF
          try write(wrong, to: name, in: tool)
          #if os(Linux)
            let outcome = try tool.shell("ulimit -v 400000; surprisal verify \(name)")
          #else
            let outcome = try tool.run("verify \(name)")
          #endif
          expectError(outcome, code: 65, saying: ["\(name): the gzip stream is damaged"])
        }
      #endif
    }
  }

  #if SystemLibraries
    @Test func imagesAreShown() throws {
      try Tool.within { tool in
        let path = { (name: String) in tool.folder.appendingPathComponent(name).path }
        try PNGImage(height: 2, width: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6]).write(to: path("gray.png"))
        try PNGImage(height: 1, width: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6]).write(to: path("color"))
        #expect(try tool.run("verify gray.png").output == "gray.png: whole (PNG image)\n")
        let object = try tool.run("inspect gray.png --json").object()
        #expect(object["format"] as? String == "PNG image" && object["color"] as? String == "gray")
        #expect(object["height"] as? Int == 2 && object["width"] as? Int == 3 && object["channels"] as? Int == 1)
        #expect(object["bitDepth"] as? Int == 8 && object["interlaced"] as? Bool == false)
        let shown = try tool.run("inspect color").output
        for word in ["PNG image", "height", "width", "channels", "bit depth", "color", "8"] {
          #expect(shown.contains(word), "\(shown)")
        }
      }
    }

    @Test func imageFaultsAreNamed() throws {
      try Tool.within { tool in
        let sound = try PNGImage(height: 2, width: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6]).encoded()
        // Cut in the pixels, cut behind them, a flipped bit in the pixels, and a text.
        var flipped = sound
        flipped[flipped.count - 22] ^= 1
        for (name, bytes) in [
          ("pixels.png", Array(sound.dropLast(20))), ("end.png", Array(sound.dropLast(8))), ("flipped.png", flipped),
        ] {
          try write(Data(bytes), to: name, in: tool)
          expectError(try tool.run("verify \(name)"), code: 65, saying: ["\(name): ", "damaged"])
          expectError(try tool.run("inspect \(name)"), code: 65, saying: ["\(name): ", "damaged"])
        }
        try tool.write("no image", to: "text.png")
        expectError(try tool.run("verify text.png"), code: 65, saying: ["text.png: is no PNG image"])
        // 100,000 × 100,000 pixels are refused before there is memory for them.
        var large = sound
        large.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
        try write(Data(large), to: "large.png", in: tool)
        #if os(Linux)
          let outcome = try tool.shell("ulimit -v 400000; surprisal verify large.png")
        #else
          let outcome = try tool.run("verify large.png")
        #endif
        expectError(outcome, code: 65, saying: ["large.png: the header speaks of 100000 × 100000 pixels"])
      }
    }
  #endif
}
