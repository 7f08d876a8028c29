/// One event of TensorBoard's log as protocol buffer bytes.
///
/// The messages and the numbers of their fields are those of TensorFlow's `event.proto` and `summary.proto`.
struct TensorBoardEvent {
  /// What an event says.
  enum Content {
    /// The version of the log; the first event of a file.
    case fileVersion(String)
    /// Events of this step and later ones in files before are void: a run was resumed.
    case restart
    /// Numbers by tag.
    case scalars([(tag: String, value: Double)])
  }

  /// Seconds since 1970.
  var wallTime: Double
  var step: Int
  var content: Content

  /// The message `Event`.
  var bytes: [UInt8] {
    var message = ProtocolBuffer()
    message.add(double: wallTime, field: 1)
    // A number that is 0 is left out, as the format's own writers do.
    if step != 0 { message.add(integer: step, field: 2) }
    switch content {
    case .fileVersion(let version):
      message.add(bytes: Array(version.utf8), field: 3)
    case .scalars(let scalars):
      var summary = ProtocolBuffer()
      for (tag, number) in scalars {
        var value = ProtocolBuffer()
        value.add(bytes: Array(tag.utf8), field: 1)
        value.add(float: Float(number), field: 2)
        summary.add(bytes: value.bytes, field: 1)
      }
      message.add(bytes: summary.bytes, field: 5)
    case .restart:
      var log = ProtocolBuffer()
      log.add(integer: 1, field: 1)
      message.add(bytes: log.bytes, field: 7)
    }
    return message.bytes
  }
}

/// A message under construction in the wire format of protocol buffers.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case variableLength = 0, eightBytes = 1, lengthAndBytes = 2, fourBytes = 5
  }

  /// A whole number; negative ones as 64 bits in two's complement.
  mutating func add(integer: Int, field: UInt64) {
    begin(field, .variableLength)
    add(variableLength: UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(double: Double, field: UInt64) {
    begin(field, .eightBytes)
    bytes += withUnsafeBytes(of: double.bitPattern.littleEndian, Array.init)
  }

  mutating func add(float: Float, field: UInt64) {
    begin(field, .fourBytes)
    bytes += withUnsafeBytes(of: float.bitPattern.littleEndian, Array.init)
  }

  /// A text in UTF-8 or a message.
  mutating func add(bytes content: [UInt8], field: UInt64) {
    begin(field, .lengthAndBytes)
    add(variableLength: UInt64(content.count))
    bytes += content
  }

  private mutating func begin(_ field: UInt64, _ type: WireType) { add(variableLength: field << 3 | type.rawValue) }

  /// Seven bits a byte, the lowest first; the upper bit says that more follow.
  private mutating func add(variableLength number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
