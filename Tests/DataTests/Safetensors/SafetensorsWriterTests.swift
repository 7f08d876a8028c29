import Foundation
import SurprisalCore
import SurprisalData
import Testing

@Suite struct SafetensorsWriterTests {
  static func sample() throws -> SafetensorsWriter {
    var writer = SafetensorsWriter(
      kind: "gaussian-mixture", configuration: ["components": 2, "covariance": "VVV"], units: "nats",
      kernelVariant: "portable")
    try writer.add("weights", [0.25, 0.75], shape: [2])
    try writer.add("means", [0.1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 1], shape: [2, 3])
    try writer.add("counts", [Int.min, Int.max, 0], shape: [3])
    try writer.add("scalar", [2.5], shape: [])
    try writer.add("empty", [Double](), shape: [0, 3])
    return writer
  }

  @Test func roundTrip() throws {
    let bytes = try SafetensorsWriterTests.sample().bytes()
    let file = try SafetensorsFile(bytes: bytes, name: "m")
    #expect(file.isChecksummed)
    #expect(file.kind == "gaussian-mixture")
    #expect(try file.configuration() == ["components": 2, "covariance": "VVV"])
    #expect(file.metadata(SafetensorsFile.MetadataKey.units) == "nats")
    #expect(file.metadata(SafetensorsFile.MetadataKey.kernelVariant) == "portable")
    #expect(file.tensors.map(\.name) == ["counts", "empty", "means", "scalar", "weights"])
    #expect(try file.doubles(named: "weights") == [0.25, 0.75])
    let means = [0.1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 1]
    #expect(try file.doubles(named: "means").map(\.bitPattern) == means.map(\.bitPattern))
    #expect(try file.integers(named: "counts") == [Int.min, Int.max, 0])
    #expect(try file.tensor(named: "scalar").shape == [])
    #expect(try file.doubles(named: "empty") == [])
    #expect(try SafetensorsWriterTests.sample().bytes() == bytes)
  }

  @Test func refusesWhatItCouldNotRead() throws {
    var writer = try SafetensorsWriterTests.sample()
    #expect(throws: SurprisalError.self) { try writer.add("weights", [1.0], shape: [1]) }
    #expect(throws: SurprisalError.self) { try writer.add("__metadata__", [1.0], shape: [1]) }
    #expect(throws: SurprisalError.self) { try writer.add("a\0", [1.0], shape: [1]) }
    #expect(throws: SurprisalError.self) { try writer.add("a..b", [1.0], shape: [1]) }
    #expect(throws: SurprisalError.self) { try writer.add("b", [1.0, 2], shape: [3]) }
    #expect(throws: SurprisalError.self) { try writer.add("b", [1.0, 2], shape: [-1, -2]) }
    #expect(throws: SurprisalError.self) { try writer.addMetadata("surprisal.sha256", "0") }
    #expect(throws: SurprisalError.self) { try writer.addMetadata("surprisal.kind", "x") }
  }

  // A23
  @Test func everyFlippedBitIsRefused() throws {
    let bytes = try SafetensorsWriterTests.sample().bytes()
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << UInt8(bit)
        let error = #expect(throws: SurprisalError.self) { try SafetensorsFile(bytes: changed, name: "m") }
        #expect(error?.message.contains("checksum") == true, "byte \(place), bit \(bit)")
        #expect(error?.category == .data)
      }
    }
    for count in 100..<bytes.count {
      #expect(throws: SurprisalError.self) {
        try SafetensorsFile(bytes: Array(bytes.prefix(count)), name: "m")
      }
    }
    #expect(throws: SurprisalError.self) { try SafetensorsFile(bytes: bytes + [0], name: "m") }
  }

  /// The sample with its checksum taken anew after `change`.
  static func restamped(_ change: (inout String) -> Void) throws -> [UInt8] {
    let bytes = try sample().bytes()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    var header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    change(&header)
    let key = "\"surprisal.sha256\":\""
    var file = safetensorsFile(Array(header.utf8)) + bytes[(8 + length)...]
    guard let range = header.range(of: key) else { return file }
    let offset = 8 + header.utf8.distance(from: header.startIndex, to: range.upperBound)
    file.replaceSubrange(offset..<offset + 64, with: [UInt8](repeating: 0x30, count: 64))
    file.replaceSubrange(offset..<offset + 64, with: Array(SHA256.hexDigest(of: file).utf8))
    return file
  }

  // A37
  @Test func newerVersionsAreRefused() throws {
    #expect(try SafetensorsFile(bytes: SafetensorsWriterTests.restamped { _ in }, name: "m").isChecksummed)
    for (version, part) in [("7", "version 7, this program reads up to 1"), ("x", "'x'"), ("0", "'0'")] {
      let bytes = try SafetensorsWriterTests.restamped {
        $0 = $0.replacingOccurrences(of: "format\":\"1\"", with: "format\":\"\(version)\"")
      }
      let error = #expect(throws: SurprisalError.self) { try SafetensorsFile(bytes: bytes, name: "m") }
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }
  }

  // Either mark alone makes the checksum compulsory, wherever in the metadata it stands.
  @Test func eitherMarkDemandsTheChecksum() throws {
    let pad = String(repeating: "x", count: 5000)
    for marks in [
      #""surprisal.format":"1""#, #""surprisal.sha256":"\#(String(repeating: "0", count: 64))""#,
      #""surprisal.sha256":"""#, #""surprisal\u002eformat":"1""#, #""surprisal.sha256" : "0""#,
      #""surprisal.sha256\#(#"":""#)\#(String(repeating: "\\u0030", count: 64))""#,
    ] {
      for filler in ["", "\"long\":\"\(pad)\","] {
        let header = "{\"__metadata__\":{\(filler)\(marks)}}"
        let error = #expect(throws: SurprisalError.self) {
          try SafetensorsFile(bytes: safetensorsFile(Array(header.utf8), data: 0), name: "m")
        }
        #expect(error?.message.contains("checksum") == true, "\(marks): \(String(describing: error))")
      }
    }
    let moved = try SafetensorsWriterTests.restamped {
      $0 = $0.replacingOccurrences(of: "\"surprisal.format\":\"1\",", with: "")
    }
    #expect(try SafetensorsFile(bytes: moved, name: "m").isChecksummed)
  }

  @Test func writesAndReadsAFile() throws {
    let path = temporaryPath("model µ.safetensors")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriterTests.sample().write(to: path)
    #expect(try SafetensorsFile(path: path).doubles(named: "scalar") == [2.5])
    let missing = #expect(throws: SurprisalError.self) { try SafetensorsFile(path: path + ".none") }
    #expect(missing?.category == .missingInput)
  }

  // A22: fixed seed; SURPRISAL_LONG=1 runs ten million instead of twenty thousand.
  @Test func mutatedFilesNeverTrap() throws {
    let isLong = ProcessInfo.processInfo.environment["SURPRISAL_LONG"] == "1"
    let folder = SafetensorsReferenceTests.folder.path
    let reference = [UInt8](try Data(contentsOf: URL(filePath: folder + "/reference.safetensors")))
    let seeds =
      [reference, try SafetensorsWriterTests.sample().bytes()]
      + SafetensorsFormsTests.sound.map(\.bytes).filter { $0.count < 4000 }
    var generator = RandomGenerator(seed: 17)
    var acceptedCount = 0
    for _ in 0..<(isLong ? 10_000_000 : 20_000) {
      let bytes = mutated(seeds[generator.nextInteger(below: seeds.count)], using: &generator)
      guard let file = try? SafetensorsFile(bytes: bytes, name: "m") else { continue }
      acceptedCount += 1
      for tensor in file.tensors where try file.doubles(named: tensor.name).count < 0 {
        Issue.record("a negative count")
      }
    }
    #expect(acceptedCount > 100)
  }
}
