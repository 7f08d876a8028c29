import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A small HTTP/1.1 server on 127.0.0.1 for tests of downloads; one request a connection.
package final class LoopbackServer: Sendable {
  /// What a client asked for.
  package struct Request: Sendable, Hashable {
    /// The path, with its first slash.
    package var path: String
    /// The first byte of the range that is asked for, if one is.
    package var rangeStart: Int?

    /// A request for the file at `path`, or for its bytes from `rangeStart` on.
    package init(path: String, rangeStart: Int?) {
      self.path = path
      self.rangeStart = rangeStart
    }
  }

  /// What the client gets.
  package struct Response: Sendable {
    var status: String
    var headers: [String]
    var body: [UInt8]
    /// How many bytes of the body are sent before the connection breaks.
    var sentCount: Int
    /// Microseconds between pieces of a kilobyte.
    var pause: UInt32

    /// A response; its length is announced in full even where less is sent.
    package init(
      _ status: String = "200 OK", headers: [String] = [], body: [UInt8], sentCount: Int? = nil, pause: UInt32 = 0
    ) {
      self.status = status
      self.headers = headers
      self.body = body
      self.sentCount = sentCount ?? body.count
      self.pause = pause
    }

    /// `body` from the byte that is asked for on.
    package static func part(of body: [UInt8], from start: Int?) -> Response {
      guard let start else { return Response(body: body) }
      guard start < body.count else { return Response("416 Range Not Satisfiable", body: []) }
      return Response(
        "206 Partial Content", headers: ["Content-Range: bytes \(start)-\(body.count - 1)/\(body.count)"],
        body: Array(body[start...]))
    }
  }

  /// The address, such as http://127.0.0.1:40000.
  package let address: String
  private let listener: Int32
  private let log = Mutex<[Request]>([])

  /// The requests so far.
  package var requests: [Request] { log.withLock { $0 } }

  /// A server that answers by `respond`; nil if no port can be had.
  package init?(_ respond: @escaping @Sendable (Request) -> Response) {
    #if canImport(Darwin)
      let stream = SOCK_STREAM
    #else
      let stream = Int32(SOCK_STREAM.rawValue)
    #endif
    listener = socket(AF_INET, stream, 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let port: UInt16? = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard listener >= 0, bind(listener, address, length) == 0, listen(listener, 16) == 0,
          getsockname(listener, address, &length) == 0
        else { return nil }
        return UInt16(bigEndian: UnsafeRawPointer(address).load(as: sockaddr_in.self).sin_port)
      }
    }
    guard let port else {
      close(listener)
      return nil
    }
    self.address = "http://127.0.0.1:\(port)"
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        guard let self else {
          close(connection)
          return
        }
        self.serve(connection, respond)
      }
    }
  }

  /// Stops listening.
  package func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32, _ respond: (Request) -> Response) {
    defer { close(connection) }
    var head: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !head.contains(0x0D) || !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = read(connection, &buffer, buffer.count)
      if count <= 0 { return }
      head += buffer.prefix(count)
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count > 1 else { return }
    let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
    let request = Request(
      path: String(words[1]), rangeStart: range.flatMap { Int($0.dropFirst(13).prefix { $0.isNumber }) })
    log.withLock { $0.append(request) }
    let response = respond(request)
    let headers = response.headers + ["Content-Length: \(response.body.count)", "Connection: close", "", ""]
    var bytes = Array((["HTTP/1.1 \(response.status)"] + headers).joined(separator: "\r\n").utf8)
    bytes += response.body.prefix(response.sentCount)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].prefix(response.pause > 0 ? 1024 : bytes.count).withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
      if response.pause > 0 { usleep(response.pause) }
    }
  }

  /// Whether the program that fetches files is on this machine; says so by name where it is not.
  package static let hasCurl: Bool = {
    let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let found = paths.contains { FileManager.default.isExecutableFile(atPath: "\($0)/curl") }
    if !found { print("skipped: curl is not installed") }
    return found
  }()
}
