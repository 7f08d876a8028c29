import Surprisal

/// The options of `data fetch`.
enum FetchOptions {
  static let into = Option.path("into", section: "fetching", placeholder: "FOLDER", "the folder of the files")
  static let from = Option.text(
    "from", section: "fetching", placeholder: "URL", standard: "the set's own servers",
    "a server that has the files under their names: what stands before them")
}

extension Option where Value == String {
  /// Any text but none.
  static func text(
    _ name: String, section: String, placeholder: String, standard: String? = nil, _ help: String
  ) -> Option {
    Option(name, kind: .path, placeholder: placeholder, help: help, standard: standard, section: section) {
      $0.isEmpty || $0.utf8.contains(0) ? nil : $0
    }
  }
}

extension Command {
  static let data: Command = .init(
    name: "data", summary: "the data sets that are built in, and those that can be fetched",
    examples: [
      Example("surprisal data list", "names, sizes and sources"),
      Example("surprisal data fetch mnist", "MNIST into the folder mnist"),
    ],
    children: [dataList, dataFetch])

  static let dataList: Command = .init(
    name: "list", summary: "list the data sets",
    discussion: [
      "A built-in set is used by its name wherever a command takes DATA; synthetic sets are drawn from seed 0. The "
        + "others are fetched first, into a folder that is then the DATA."
    ],
    options: [SharedOptions.json.description],
    examples: [Example("surprisal data list", "names, rows, columns and sources")],
    action: { arguments, console in
      if arguments[SharedOptions.json] {
        let answer = JSONValue.object([
          JSONMember("sets", .array(BuiltInDataSet.all.map(\.json))),
          JSONMember("downloads", .array(DownloadableSet.all.map(\.json))),
        ])
        try console.writeLine(answer.text())
        return ExitCode.success
      }
      var table = TextTable(columns: [
        .init("name", alignment: .left), .init("rows"), .init("columns"), .init("what", alignment: .left),
      ])
      table.rows = BuiltInDataSet.all.map {
        [$0.name, NumberText.grouped($0.rowCount), "\($0.columnNames.count)", $0.summary]
      }
      try console.write(table.description + "\n")
      for set in BuiltInDataSet.all { try console.writeLine("\(set.name): \(set.source); \(set.license)") }
      var downloads = TextTable(columns: [
        .init("to fetch", alignment: .left), .init("files"), .init("bytes"), .init("what", alignment: .left),
      ])
      downloads.rows = DownloadableSet.all.map {
        [$0.name, "\($0.files.count)", NumberText.grouped($0.byteCount), $0.summary]
      }
      try console.write("\n" + downloads.description + "\n")
      for set in DownloadableSet.all {
        try console.writeLine("\(set.name): \(set.source); \(set.license); \(set.servers.joined(separator: ", "))")
      }
      return ExitCode.success
    })

  static let dataFetch: Command = .init(
    name: "fetch", summary: "fetch a data set from the network",
    discussion: [
      "Each file is checked by its SHA-256 before it takes its name; one that is there already is only checked. A fetch "
        + "that broke off goes on where it ended. The program curl does the transfer, by the proxies of the environment."
    ],
    positionals: [
      Positional(
        name: "NAME", help: "the set: " + DownloadableSet.all.map(\.name).joined(separator: ", "),
        completions: DownloadableSet.all.map(\.name))
    ],
    options: [
      FetchOptions.into.description, FetchOptions.from.description, SharedOptions.json.description,
      SharedOptions.quiet.description,
    ],
    examples: [
      Example("surprisal data fetch mnist", "the four files of MNIST into the folder mnist"),
      Example("surprisal data fetch fashion-mnist --into clothes", "Fashion-MNIST into another folder"),
    ],
    action: { arguments, console in
      let set = try DownloadableSet(named: arguments.word(0) ?? "")
      let folder = arguments[FetchOptions.into] ?? set.name
      Interruption.observe()
      let bar = LiveTable(
        columns: [.init("file", alignment: .left), .init("bytes"), .init("", alignment: .left)],
        capabilities: console.isQuiet ? TerminalCapabilities() : .standardError)
      defer { bar.finish() }
      var key = 0
      var last = ""
      let outcomes = try set.fetch(into: folder, from: arguments[FetchOptions.from]) { file, bytes in
        if file.name != last { (key, last) = (key + 1, file.name) }
        bar.update(row: key) {
          let share = Double(bytes) / Double(max(file.byteCount, 1))
          return [file.name, NumberText.grouped(bytes), ProgressBar.text(fraction: share, width: 30)]
        }
        return Interruption.received == nil
      }
      bar.finish()
      if outcomes.last == .interrupted, let signal = Interruption.received {
        console.note("stopped: \(folder) keeps what came, and the same command goes on there")
        return 128 + signal
      }
      if arguments[SharedOptions.json] {
        let files = zip(set.files, outcomes).map { file, outcome -> JSONValue in
          ["name": JSONValue(file.name), "outcome": JSONValue(outcome.rawValue)]
        }
        let answer = JSONValue.object([
          JSONMember("set", JSONValue(set.name)), JSONMember("folder", JSONValue(folder)),
          JSONMember("files", .array(files)),
        ])
        try console.writeLine(answer.text())
        return ExitCode.success
      }
      for (file, outcome) in zip(set.files, outcomes) {
        let done = outcome == .present ? "already there" : "fetched"
        try console.writeLine("\(folder)/\(file.name): \(done), checksum holds")
      }
      return ExitCode.success
    })
}

extension BuiltInDataSet {
  fileprivate var json: JSONValue {
    [
      "name": JSONValue(name), "rows": JSONValue(rowCount), "columns": JSONValue(columnNames.count),
      "columnNames": JSONValue(columnNames), "summary": JSONValue(summary), "source": JSONValue(source),
      "license": JSONValue(license),
    ]
  }
}

extension DownloadableSet {
  fileprivate var json: JSONValue {
    let files = files.map { file -> JSONValue in
      ["name": JSONValue(file.name), "bytes": JSONValue(file.byteCount), "sha256": JSONValue(file.sha256)]
    }
    return [
      "name": JSONValue(name), "bytes": JSONValue(byteCount), "files": .array(files), "summary": JSONValue(summary),
      "source": JSONValue(source), "license": JSONValue(license), "servers": JSONValue(servers),
    ]
  }
}
