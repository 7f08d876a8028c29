import Foundation
import Testing

/// What a training leaves for TensorBoard, and the course that a resumed one reports.
@Suite struct TrainEventTests {
  /// A number by its tag and step.
  private struct Figure: Hashable {
    var tag: String
    var step: Int
  }

  /// The numbers of a file of events, and the step from which on earlier files are void.
  private struct Events {
    var figures: [Figure: Float] = [:]
    var restart: Int?

    init(_ file: Data) {
      var rest = Array(file)[...]
      while rest.count > 16 {
        let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        add(Array(rest.dropFirst(12).prefix(count)))
        rest = rest.dropFirst(16 + count)
      }
    }

    private mutating func add(_ event: [UInt8]) {
      let fields = Self.fields(event)
      let step = fields.first { $0.number == 2 }?.value ?? 0
      if fields.contains(where: { $0.number == 7 }) { restart = step }
      for summary in fields where summary.number == 5 {
        for value in Self.fields(summary.bytes) {
          let parts = Self.fields(value.bytes)
          let tag = parts.first { $0.number == 1 }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
          figures[Figure(tag: tag, step: step)] = parts.first { $0.number == 2 }.map {
            Float(bitPattern: UInt32($0.value))
          }
        }
      }
    }

    /// The fields of a message of protocol buffers: a number, or bytes.
    private static func fields(_ message: [UInt8]) -> [(number: Int, value: Int, bytes: [UInt8])] {
      var rest = message[...]
      func next(_ rest: inout ArraySlice<UInt8>) -> Int {
        var (number, shift) = (0, 0)
        while let byte = rest.popFirst() {
          number |= Int(byte & 0x7F) << shift
          shift += 7
          if byte < 0x80 { break }
        }
        return number
      }
      var fields: [(number: Int, value: Int, bytes: [UInt8])] = []
      while !rest.isEmpty {
        let key = next(&rest)
        switch key & 7 {
        case 0: fields.append((key >> 3, next(&rest), []))
        case 2:
          let count = next(&rest)
          fields.append((key >> 3, 0, Array(rest.prefix(count))))
          rest = rest.dropFirst(count)
        default:
          let count = key & 7 == 1 ? 8 : 4
          // A time of eight bytes is no number that is asked for.
          let value = count == 8 ? 0 : rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
          fields.append((key >> 3, value, []))
          rest = rest.dropFirst(count)
        }
      }
      return fields
    }
  }

  private func events(_ tool: Tool, in folder: String) throws -> [Events] {
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.folder.appendingPathComponent(folder).path)
    return try names.filter { $0.hasPrefix("events.out.tfevents.") }.map {
      Events(try tool.bytes(of: "\(folder)/\($0)"))
    }
  }

  /// The figures of the log as events.
  private func log(_ tool: Tool, in folder: String, after step: Int = 0) throws -> [Figure: Float] {
    var figures: [Figure: Float] = [:]
    for line in String(decoding: try tool.bytes(of: "\(folder)/metrics.jsonl"), as: UTF8.self).split(separator: "\n") {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let place = try #require(object["step"] as? Int)
      guard place > step else { continue }
      func add(_ tag: String, _ value: Any?) {
        figures[Figure(tag: tag, step: place)] = (value as? Double).map { Float($0) }
      }
      if let training = object["training"] as? [String: Any] { add("loss/epoch", training["loss"]) }
      for (name, value) in object["validation"] as? [String: Any] ?? [:] { add("validation/\(name)", value) }
      if let rate = object["learningRate"] {
        add("learning rate", rate)
        add("loss/step", object["loss"])
      }
    }
    return figures
  }

  /// Epochs and validations stand at their steps, steps at every tenth.
  @Test func eventsAreThoseOfTheLog() throws {
    try Tool.within { tool in
      // Lines of the log are means since the line before: of one step here.
      try tool.write(#"{"training":{"logSteps":1},"schedule":{"name":"constant"}}"#, to: "c.json")
      let line = "train mlp digits --config c.json --limit 400 --batch 30 --hidden 4 --run r --quiet"
      #expect(try tool.run(line + " --epochs 2").code == 0)
      func expected(after step: Int) throws -> [Figure: Float] {
        try log(tool, in: "r", after: step).filter {
          !["loss/step", "learning rate"].contains($0.key.tag) || $0.key.step % 10 == 0
        }
      }
      let first = try events(tool, in: "r")
      #expect(first.count == 1 && first[0].restart == nil)
      // 360 data make twelve steps an epoch: 4 figures of steps, 6 of two epochs.
      #expect(first[0].figures.count == 10)
      #expect(first[0].figures.keys.filter { $0.tag == "loss/epoch" }.map(\.step).sorted() == [12, 24])
      #expect(first[0].figures == (try expected(after: 0)))
      #expect(try tool.run(line + " --epochs 3 --resume").code == 0)
      let second = try #require(try events(tool, in: "r").first { $0.restart != nil })
      #expect(second.restart == 25 && second.figures.count == 5)
      #expect(second.figures == (try expected(after: 24)))
    }
  }

  /// The page of a training that was resumed shows the whole course.
  @Test func aResumedTrainingReportsItsWholeCourse() throws {
    try Tool.within { tool in
      try tool.write(#"{"training":{"logSteps":1},"schedule":{"name":"constant"}}"#, to: "c.json")
      let line = "train mlp digits --config c.json --limit 400 --batch 40 --hidden 4 --threads 1 --quiet"
      #expect(try tool.run(line + " --epochs 3 --run whole --report whole.html").code == 0)
      #expect(try tool.run(line + " --epochs 1 --run part").code == 0)
      #expect(try tool.run(line + " --epochs 3 --run part --resume --report part.html").code == 0)
      // The curves, epoch by epoch, what was told; not the seconds and the command line.
      let parts = try ["whole", "part"].map { name -> Substring in
        let page = String(decoding: try tool.bytes(of: "\(name).html"), as: UTF8.self)
        let start = try #require(page.range(of: "How it was learned"))
        let end = try #require(page.range(of: "What was trained"))
        return page[start.upperBound..<end.lowerBound]
      }
      #expect(parts[0] == parts[1] && parts[0].contains("Epoch by epoch"))
    }
  }
}
