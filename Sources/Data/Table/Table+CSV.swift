import SurprisalCore

extension Table {
  /// Reads the comma-, tab-, semicolon- or space-separated numbers at `path`; `-` is standard input.
  ///
  /// Text follows RFC 4180 and is UTF-8, with or without a byte order mark; lines end with LF, CRLF or CR;
  /// blank lines are skipped, except between the lines of a single column. A gzip file is unpacked. Every
  /// decimal becomes the float64 nearest to it. Columns that are not asked for may hold any text. The result
  /// does not depend on the number of threads.
  ///
  /// Throws data errors with file, line and column for all that cannot be read exactly: cells that are no
  /// numbers or beyond float64, missing cells (unless ``CSVOptions/missing`` drops their rows), records of
  /// another length, quotes without end, bytes that are not UTF-8; usage errors for unknown columns; and the
  /// errors of ``MappedFile``.
  public init(contentsOf path: String, options: CSVOptions = CSVOptions()) throws {
    let file = try MappedFile(path: path)
    try self.init(consuming: file.isGzip ? file.unpackingGzip() : file, options: options)
  }

  /// Reads delimited text that nobody else reads then or later: what has been read of text in memory (from a
  /// pipe, or unpacked) is given back to the system on the way and lost.
  package init(consuming file: MappedFile, options: CSVOptions) throws {
    try self.init(csv: file, isOnlyReader: true, options: options)
  }

  /// Reads delimited text that is already open.
  public init(csv file: MappedFile, options: CSVOptions = CSVOptions()) throws {
    try self.init(csv: file, isOnlyReader: false, options: options)
  }

  private init(csv file: MappedFile, isOnlyReader: Bool, options: CSVOptions) throws {
    self = try file.withUnsafeBytes { bytes in
      try CSVReader(file: file, bytes: bytes, isOnlyReader: isOnlyReader, options: options).table()
    }
  }
}
