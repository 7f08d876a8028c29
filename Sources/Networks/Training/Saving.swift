import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How files of a training are written: again and again, if its policy is to wait.
struct Saving {
  let policy: SaveFailurePolicy
  let isCancelled: () -> Bool
  let report: (TrainingEvent) -> Void

  /// What `write` returns, once it could.
  func attempt<Result>(_ write: () throws -> Result) throws -> Result {
    while true {
      do {
        return try write()
      } catch let error as SurprisalError where policy == .wait && error.category == .inputOutput {
        report(.waiting(error))
        for _ in 0..<10 {
          if isCancelled() {
            throw SurprisalError(
              .tryAgain, error.message, remedy: error.remedy ?? "make room", at: error.location)
          }
          _ = poll(nil, 0, 100)
        }
      }
    }
  }
}
