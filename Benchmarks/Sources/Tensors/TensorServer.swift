import Surprisal

/// Answers one line of JSON for each line read, as the peer process does, so that the driver can take turns:
///
///     time VARIANT/CASE COUNT   {"seconds": of one of COUNT repetitions, on average}
///     check VARIANT/CASE        {"outputs": [[up to 64 values of each output], …]}
struct TensorServer {
  private var prepared: [String: any TensorWork] = [:]

  mutating func run() throws {
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count >= 2, let name = words[1].split(separator: "/").last.map(String.init) else { continue }
      guard var work = prepared[name] ?? Self.work(named: name) else {
        throw BenchmarkFailure(description: "no case \(name)")
      }
      if words[0] == "time", words.count == 3, let count = Int(words[2]) {
        writeLine("{\"seconds\": \(work.time(count))}")
      } else {
        writeLine("{\"outputs\": \(Self.samples(of: &work))}")
      }
      prepared[name] = work
    }
  }

  /// The first repetition's outputs, or the first output (the loss) of five training steps; 64 values of
  /// each, an odd step apart, so that columns vary too.
  private static func samples(of work: inout any TensorWork) -> [[Double]] {
    work.reset()
    let outputs = work.isTraining ? (0..<5).flatMap { _ in work.step().prefix(1) } : work.step()
    return outputs.map { output in
      let values = output.scalars(as: Double.self)
      return Array(stride(from: 0, to: values.count, by: max(1, values.count / 64) | 1).prefix(64).map { values[$0] })
    }
  }

  private static func work(named name: String) -> (any TensorWork)? {
    let both = name.hasSuffix("-both")
    let words = name.split(separator: "-")
    switch words.first {
    case "matmul":
      let sizes = words[1].split(separator: "x").compactMap { Int($0) }
      return sizes.count == 3 ? MatmulWork(m: sizes[0], k: sizes[1], n: sizes[2]) : nil
    case "mlp":
      return words[1] == "784"
        ? TrainingWork(widths: [784, 400, 400, 10], batch: 128) : TrainingWork(widths: [10, 64, 64, 2], batch: 32)
    case "lstm":
      let sizes = words[1].split(separator: "x").compactMap { Int($0) }
      return sizes.count == 4
        ? SequenceWork(hidden: sizes[0], batch: sizes[1], steps: sizes[2], vocabulary: sizes[3]) : nil
    case "lenet", "resnet18":
      return name == "lenet-inference" ? InferenceWork() : NetworkWork(name)
    case "adam":
      return words.count == 2 ? Int(words[1]).map { AdamWork(count: $0) } : nil
    case "convolution":
      return ConvolutionWork(both: both)
    case "add":
      return AdditionWork(both: both)
    default:
      let operation = words.dropLast().joined(separator: "-")
      return RowsWork.Operation(rawValue: operation).map { RowsWork($0, both: both) }
    }
  }
}
