import Foundation
import Testing

/// Every example runs and prints the numbers that the notes and their sources give.
struct ExampleTests {
  static let expected: [(name: String, lines: [String])] = [
    ("information-content", ["p = 0.5: h = 1.000000 bits", "p = 0.25: h = 2.000000 bits"]),
    ("entropy", ["p = [0.5, 0.5]: H = 1.000000 bits", "H = 0.468996 bits", "H = 0.000000 bits", "H = 2.000000 bits"]),
    ("differential-entropy", ["H_Δ + ln Δ = 1.418939 nats"]),
    ("kl-discrete", ["KL(p ‖ q) = H(p, q) − H(p) = 0.510826 nats"]),
    ("kl-continuous", ["Δ = 0.01: Σ pΔ ln(pΔ / qΔ) = 0.443147 nats"]),
    ("kl-asymmetry", ["KL(q ‖ p) = 0.368064 nats", "inf"]),
    ("log-sum", ["ln p(X) = "]),
    ("lower-bound", ["L + KL = "]),
    // Do and Batzoglou 2008, figure 1b: responsibilities 0.45, 0.80, 0.73, 0.35, 0.65 at the start,
    // (0.71, 0.58) after one iteration and (0.80, 0.52) after ten.
    ("e-step", ["q = (0.45, 0.55)", "q = (0.80, 0.20)", "q = (0.73, 0.27)", "q = (0.35, 0.65)", "q = (0.65, 0.35)"]),
    ("m-step", ["1: heads = (0.71, 0.58)", "10: heads = (0.80, 0.52)"]),
    ("maximum-likelihood-as-kl", ["= −H(p_true) nats"]),
    ("em-from-kl", ["log p(X) = -1130.263960 nats"]),
    // 91^(1/3) = 4.497941.
    (
      "norms",
      [
        "‖x‖₁ = 7.000000, ‖x‖₂ = 5.000000, ‖x‖₃ = 4.497941", "p = 2.0: ‖x + y‖ = 4.472136 ≤",
        "(0.600000, -0.800000)",
      ]
    ),
    ("chain-rule", ["∂y/∂u = (16.000000, 5.000000)", "∂y/∂x in one sweep = (31.000000, 26.000000)"]),
    // The same network in torch.
    (
      "forward-and-backward",
      [
        "J = 0.143101", "∂J/∂W₂ = ((-0.146583, -0.165304, -0.219367))",
        "by differences = -0.018030, by the tape = -0.018030",
        "((-0.047709, 0.395418), (0.163315, -0.026630), (0.070511, 0.158978))",
      ]
    ),
    // 10 · 0.6¹⁰ = 0.060466 and 1 − cos(1.5) / 2 = 0.9646.
    (
      "gradient-descent",
      [
        "its limit f″(x) / 2 = 0.9646", "η = 0.20: x after 10 steps = 0.060466, f fell",
        "η = 1.10: x after 10 steps = 61.917364, f did not fall",
      ]
    ),
  ]

  @Test(arguments: expected.map(\.name))
  func printsWhatTheNotesSay(name: String) throws {
    let lines = try #require(ExampleTests.expected.first { $0.name == name }).lines
    let (status, output) = try run(name)
    #expect(status == 0)
    for line in lines { #expect(output.contains(line), "\(line) is missing in:\n\(output)") }
  }

  @Test func boundsAndGapsAddUp() throws {
    let (_, output) = try run("lower-bound")
    let total = try #require(output.split(separator: "\n").last?.split(separator: " ").dropLast().last)
    #expect(output.components(separatedBy: "L + KL = \(total) nats").count == 4)
  }

  @Test func unknownNamesAreRefused() throws {
    #expect(try run("no-such-example").status == 64)
  }

  private func run(_ name: String) throws -> (status: Int32, output: String) {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("surprisal-examples")
    process.arguments = [name]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
