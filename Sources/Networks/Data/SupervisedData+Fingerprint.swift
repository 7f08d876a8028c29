import SurprisalData
import SurprisalTensors

extension SupervisedData {
  /// The SHA-256, in hexadecimal, of inputs and targets with their shapes, types, names and standardization: equal for
  /// equal data alone.
  public var fingerprint: String {
    var hash = SHA256()
    for (name, tensor) in [("inputs", inputs), ("targets", targets)] {
      hash.update(Array("\(name) \(tensor.dtype.rawValue) \(tensor.shape)\n".utf8))
      tensor.withUnsafeBytes { hash.update($0) }
    }
    for names in [classNames, inputNames, targetNames] {
      hash.update(Array("\(names.count)\n".utf8))
      for name in names { hash.update(Array("\(name.utf8.count) \(name)\n".utf8)) }
    }
    for scale in [inputStandardization, targetStandardization] {
      let numbers = scale.map { $0.means + $0.standardDeviations } ?? []
      hash.update(Array("\(numbers.count)\n".utf8))
      numbers.withUnsafeBytes { hash.update($0) }
    }
    return hash.hexDigest
  }
}
