#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs the examples that the command line names, or all of them.
@main
struct Examples {
  static func main() {
    let names = CommandLine.arguments.dropFirst()
    for name in names where !Example.all.contains(where: { $0.name == name }) {
      complain("error: no example `\(name)` (one of: \(Example.all.map(\.name).joined(separator: ", ")))\n")
      exit(64)
    }
    for example in Example.all where names.isEmpty ? !example.isDocument : names.contains(example.name) {
      if !example.isDocument { print("── \(example.section)") }
      do {
        try example.run()
      } catch {
        complain("error: \(error)\n")
        exit(70)
      }
    }
  }

  private static func complain(_ text: String) {
    _ = text.withCString { write(2, $0, strlen($0)) }
  }
}
