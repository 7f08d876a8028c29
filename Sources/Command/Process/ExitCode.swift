import Surprisal

/// The codes that the process ends with.
package enum ExitCode {
  /// The answer was given.
  static let success: Int32 = 0

  /// What every code means, for the manual page.
  package static let meanings: [(code: Int32, meaning: String)] = [
    (success, "the answer was given; a fit that did not converge says so in a warning"),
    (SurprisalError.Category.usage.rawValue, "a wrong command, option or value"),
    (SurprisalError.Category.data.rawValue, "data that cannot be used as they are"),
    (SurprisalError.Category.missingInput.rawValue, "input that is not there"),
    (SurprisalError.Category.internal.rawValue, "a fault of the program, such as a failed certificate"),
    (SurprisalError.Category.cannotCreate.rawValue, "an output file that cannot be created"),
    (SurprisalError.Category.inputOutput.rawValue, "a read or write that failed"),
    (SurprisalError.Category.tryAgain.rawValue, "a failure that may pass if tried again"),
    (130, "interrupted (SIGINT)"),
    (143, "terminated (SIGTERM)"),
  ]
}
