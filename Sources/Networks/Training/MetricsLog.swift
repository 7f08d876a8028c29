import SurprisalCore
import SurprisalData

/// The figures of a training as lines of JSON, in the order of the steps.
///
///     {"step":10,"epoch":1,"loss":0.53,"learningRate":0.1}
///     {"step":469,"epoch":1,"training":{"loss":0.41}}
///     {"step":469,"epoch":1,"validation":{"loss":0.35,"accuracy":0.88},"isBest":true}
///
/// `loss` is the mean since the line before of its kind. There are no times in it: a training that was stopped and
/// resumed leaves the same bytes as one that never stopped.
public enum MetricsLog {
  /// One line.
  public struct Line: Sendable, Hashable {
    /// What a line is of.
    public enum Kind: Sendable, Hashable {
      /// A few steps; their mean loss and the learning rate of the last.
      case steps(loss: Double, learningRate: Double)
      /// An epoch and its mean loss.
      case epoch(loss: Double)
      /// A validation; the figures by name.
      case validation(metrics: [Figure], isBest: Bool)
    }

    /// A named figure; NaN if it was not finite.
    public struct Figure: Sendable, Hashable {
      /// The name.
      public var name: String
      /// The value.
      public var value: Double
    }

    /// The steps so far.
    public var step: Int
    /// The epoch of the last of them, from 1.
    public var epoch: Int
    /// What the line is of.
    public var kind: Kind
  }

  /// The lines of the log at `path`; a torn last line is left out.
  ///
  /// - Throws: a data error for a line that is none of a log; the errors of reading.
  public static func lines(of path: String) throws -> [Line] {
    try LineLog.lines(of: path).enumerated().map { index, bytes in
      guard let line = Line(String(decoding: bytes, as: UTF8.self)) else {
        throw SurprisalError(
          .data, "the line is none of a training's log", remedy: "remove it",
          at: .init(file: path, line: index + 1))
      }
      return line
    }
  }
}

extension MetricsLog.Line {
  /// The line as JSON.
  var json: JSONValue {
    var json: JSONValue = ["step": .integer(step), "epoch": .integer(epoch)]
    switch kind {
    case .steps(let loss, let learningRate):
      json["loss"] = .number(loss)
      json["learningRate"] = .number(learningRate)
    case .epoch(let loss):
      json["training"] = ["loss": .number(loss)]
    case .validation(let metrics, let isBest):
      json["validation"] = .object(metrics.map { JSONMember($0.name, .number($0.value)) })
      json["isBest"] = .bool(isBest)
    }
    return json
  }

  /// The line that `text` is; nil if it is none.
  init?(_ text: String) {
    guard let json = try? JSONValue(parsing: text), let step = json["step"]?.integerValue,
      let epoch = json["epoch"]?.integerValue
    else { return nil }
    self.step = step
    self.epoch = epoch
    if let validation = json["validation"]?.members, let isBest = json["isBest"]?.boolValue {
      let figures = validation.map { Figure(name: $0.key, value: $0.value.doubleValue ?? .nan) }
      kind = .validation(metrics: figures, isBest: isBest)
    } else if let training = json["training"] {
      kind = .epoch(loss: training["loss"]?.doubleValue ?? .nan)
    } else if let loss = json["loss"], let rate = json["learningRate"] {
      kind = .steps(loss: loss.doubleValue ?? .nan, learningRate: rate.doubleValue ?? .nan)
    } else {
      return nil
    }
  }
}

/// A log that a training writes.
final class MetricsWriter {
  private let log: LineLog

  /// Opens or creates the log at `path` and drops a torn line and all that is said of steps after `step`.
  init(path: String, through step: Int) throws {
    log = try LineLog(path: path) { line in MetricsLog.Line(line).map { $0.step <= step } ?? false }
  }

  func append(_ line: MetricsLog.Line) throws { try log.append(line.json.text()) }
  func flush() throws { try log.flush() }
}
