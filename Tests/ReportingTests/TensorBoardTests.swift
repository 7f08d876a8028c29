import Foundation
import Synchronization
import Testing

@testable import SurprisalReporting

/// Event files against the bytes of TensorBoard's own writer (Tests/References/TensorBoard/events.py).
@Suite struct TensorBoardTests {
  private struct Reference: Decodable {
    struct Event: Decodable {
      let wallTime: Double
      let step: Int
      let fileVersion: String?
      let restart: Bool?
      let scalars: [[Scalar]]?
      let hex: String
    }

    enum Scalar: Decodable {
      case tag(String)
      case value(Double)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .tag(text)
        } else {
          self = .value(try container.decode(Double.self))
        }
      }
    }

    let events: [Event]
    let file: String
  }

  private func reference() throws -> Reference {
    let url = URL(filePath: #filePath).appending(path: "../../References/TensorBoard/events.json").standardizedFileURL
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test func theBytesAreThoseOfTensorBoardsWriter() throws {
    let reference = try reference()
    var file: [UInt8] = []
    for event in reference.events {
      let content: TensorBoardEvent.Content
      if let version = event.fileVersion {
        content = .fileVersion(version)
      } else if event.restart == true {
        content = .restart
      } else {
        content = .scalars(
          (event.scalars ?? []).compactMap { pair in
            guard pair.count == 2, case .tag(let tag) = pair[0], case .value(let value) = pair[1] else { return nil }
            return (tag, value)
          })
      }
      let bytes = TensorBoardEvent(wallTime: event.wallTime, step: event.step, content: content).bytes
      #expect(hexadecimal(bytes) == event.hex)
      file += TensorBoardRecord.framed(bytes)
    }
    #expect(hexadecimal(file) == reference.file)
  }

  /// RFC 3720, appendix B.4.
  @Test func theCheckIsThatOfTheStandard() {
    #expect(TensorBoardRecord.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(TensorBoardRecord.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(TensorBoardRecord.checksum(of: (0..<32).map { $0 }) == 0x46DD_794E)
    #expect(TensorBoardRecord.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
  }

  /// A file holds its version, the restart of a resumed run, and what was added, each record when the call returns.
  @Test func aWriterAppendsWholeRecords() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let writer = try TensorBoardWriter(folder: folder, resumingAfter: 470, clock: { 1_700_000_000.25 })
    try writer.add([("loss", 0.5)], step: 471)
    #expect(writer.path.hasPrefix(folder + "/events.out.tfevents.1700000000."))
    let expected = [
      TensorBoardEvent(wallTime: 1_700_000_000.25, step: 0, content: .fileVersion("brain.Event:2")),
      TensorBoardEvent(wallTime: 1_700_000_000.25, step: 471, content: .restart),
      TensorBoardEvent(wallTime: 1_700_000_000.25, step: 471, content: .scalars([("loss", 0.5)])),
    ].flatMap { TensorBoardRecord.framed($0.bytes) }
    #expect(try [UInt8](Data(contentsOf: URL(filePath: writer.path))) == expected)
    let other = try TensorBoardWriter(folder: folder)
    #expect(other.path != writer.path)
    #expect(throws: (any Error).self) { try TensorBoardWriter(folder: folder + "/none") }
  }
}
