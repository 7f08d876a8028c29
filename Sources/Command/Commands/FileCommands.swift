import Surprisal

extension Command {
  static let verify: Command = .init(
    name: "verify", summary: "check that a file is whole",
    discussion: [
      "Reads a model (safetensors), arrays (npy, npz, idx), an image (PNG) or a table of numbers (csv, tsv, txt) to "
        + "its end, idx and tables packed with gzip or not; the contents say which it is. Checked are sizes and every "
        + "checksum that the format has: that of our models, the CRC of gzip, npz and of each chunk of a PNG image, "
        + "whose pixels are decoded. Exit code 0: whole; 65: the first fault is named. A table with columns of text "
        + "needs --columns."
    ],
    positionals: [Positional(name: "FILE", help: "the file to check")],
    options: DataOptions.all + [SharedOptions.json.description],
    examples: [Example("surprisal verify faithful.safetensors", "checks sizes and checksum")],
    action: { arguments, console in
      let path = arguments.word(0) ?? ""
      let file = try InspectedFile(path: path, input: InputTable(arguments: arguments, console: console))
      if arguments[SharedOptions.json] {
        try console.writeLine(
          JSONValue.object([
            JSONMember("file", JSONValue(path)), JSONMember("whole", true),
            JSONMember("format", JSONValue(file.format)),
          ]).text())
      } else {
        try console.writeLine(
          "\(path): whole (\(file.format)\(file.isChecksummed ? ", checksum holds" : ""))")
      }
      return ExitCode.success
    })

  static let inspect: Command = .init(
    name: "inspect", summary: "show what a file holds",
    discussion: [
      "Shows kind, columns and parameters of a model, the types and shapes of arrays and tensors, type, shape and "
        + "range of an idx file, packed or not, size, channels and bit depth of a PNG image, and rows, columns and "
        + "their ranges of a table or a built-in set."
    ],
    positionals: [
      Positional(
        name: "FILE", help: "a model, an array, an image, a table or a built-in set",
        completions: BuiltInDataSet.all.map(\.name))
    ],
    options: DataOptions.all + [SharedOptions.json.description],
    examples: [
      Example("surprisal inspect faithful.safetensors", "kind, columns, parameters and figures"),
      Example("surprisal inspect old-faithful", "rows, columns and their ranges"),
    ],
    action: { arguments, console in
      let path = arguments.word(0) ?? ""
      let file = try InspectedFile(path: path, input: InputTable(arguments: arguments, console: console))
      if arguments[SharedOptions.json] {
        try console.writeLine(file.json.text())
      } else {
        try console.write(file.text)
      }
      return ExitCode.success
    })
}
