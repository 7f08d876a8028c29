// Swift's own `precondition` drops its message from optimized builds, where the shapes that do not fit are needed most:
// these two stand in for it in this module and say what was wrong before the program stops.

/// Stops the program with `message` unless `condition` holds: for programmer errors, in every build.
@inline(__always)
package func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition() { preconditionFailure(message(), file: file, line: line) }
}

/// Stops the program with `message`: for programmer errors, in every build.
@inline(never)
package func preconditionFailure(
  _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  fatalError(message(), file: file, line: line)
}
