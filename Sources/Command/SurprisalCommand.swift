import Surprisal

/// The entry point of the executable `surprisal`.
@main
package struct SurprisalCommand {
  /// The version that `--version` prints.
  package static let version = "0.1.0"

  static func main() {
    StandardStreams.prepare()
    FileSystem.exitProcess(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs one command line and returns the exit code; errors are one line on standard error.
  static func run(_ line: [String]) -> Int32 {
    let console = Console()
    do {
      let code = try answer(line, console)
      try console.flush()
      return code
    } catch let error as SurprisalError {
      console.discard()
      Console.report("error: \(error)")
      return error.category.rawValue
    } catch is Console.BrokenPipe {
      StandardStreams.endByBrokenPipe()
    } catch is CancellationError {
      console.discard()
      let signal = Interruption.received ?? 2
      Console.report("error: stopped by \(signal == 15 ? "SIGTERM" : "SIGINT"); nothing was written")
      return 128 + signal
    } catch {
      console.discard()
      Console.report("error: \(error)")
      return SurprisalError.Category.internal.rawValue
    }
  }

  private static func answer(_ line: [String], _ console: Console) throws -> Int32 {
    if line.first == "--version" || line.first == "-V" {
      try console.writeLine("surprisal \(version)")
      return ExitCode.success
    }
    switch try Command.root.parse(line) {
    case .help(let path, let command):
      try console.write(command.helpText(path: path))
      return ExitCode.success
    case .run(_, let command, let arguments):
      console.isQuiet = arguments[SharedOptions.quiet]
      guard let action = command.action else { return ExitCode.success }
      return try action(arguments, console)
    }
  }
}
