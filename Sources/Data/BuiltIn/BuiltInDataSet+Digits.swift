extension BuiltInDataSet {
  /// The pixels and labels that ``digitsCode`` stands for.
  static func decodedDigits() -> (values: [Double], labels: [Int]) {
    let pixelCount = 64
    var values: [Double] = []
    var labels: [Int] = []
    values.reserveCapacity(1797 * pixelCount)
    digitsCode.withUTF8Buffer { code in
      for byte in code {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          fill(&values, to: labels.count * pixelCount)
          labels.append(Int(byte - UInt8(ascii: "0")))
        case UInt8(ascii: "a")...UInt8(ascii: "p"): values.append(Double(byte - UInt8(ascii: "a") + 1))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
          fill(&values, to: values.count + Int(byte - UInt8(ascii: "A")) + 1)
        default: break
        }
      }
    }
    fill(&values, to: labels.count * pixelCount)
    return (values, labels)
  }

  private static func fill(_ values: inout [Double], to count: Int) {
    values.append(contentsOf: repeatElement(0, count: count - values.count))
  }
}
