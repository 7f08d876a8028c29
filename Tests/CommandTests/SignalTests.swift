import Foundation
import Testing

/// A fit that is asked to stop ends with the signal's code, says so in one line and writes nothing.
@Suite struct SignalTests {
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func endsWithItsCode(signal: Int32, code: Int32) throws {
    try Tool.within { tool in
      let process = Process()
      process.executableURL = Tool.executable
      process.currentDirectoryURL = tool.folder
      // Left alone it would run for minutes.
      process.arguments = [
        "fit", "gmm", "digits", "--prior", "--components", "9", "--starts", "20000", "--model", "m.safetensors",
      ]
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      Thread.sleep(forTimeInterval: 1)
      kill(process.processIdentifier, signal)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == code)
      #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
      #expect(text.hasPrefix("error: stopped by ") && text.split(separator: "\n").count == 1, "\(text)")
      #expect(!FileManager.default.fileExists(atPath: tool.folder.appendingPathComponent("m.safetensors").path))
    }
  }
}
