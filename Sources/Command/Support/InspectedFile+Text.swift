import Surprisal

extension InspectedFile {
  /// What the file holds, for a person.
  var text: String {
    var text = "\(SurprisalError.onOneLine(path)): \(format)\(isChecksummed ? ", checksum holds" : "")\n\n"
    switch contents {
    case .tensors(let file, let model):
      if let model = model?.model {
        text += model.headline + "\n"
        if !model.parametersText.isEmpty { text += "\n" + model.parametersText }
        text += "\n"
      }
      var metadata = TextTable(columns: [
        .init("metadata", alignment: .left), .init("value", alignment: .left),
      ])
      for (key, value) in file.metadata {
        metadata.rows.append([key, value.count > 60 ? "\(value.prefix(60))…" : value])
      }
      if !metadata.rows.isEmpty { text += metadata.description + "\n" }
      var tensors = TextTable(columns: [
        .init("tensor", alignment: .left), .init("type", alignment: .left), .init("shape", alignment: .left),
      ])
      for tensor in file.tensors {
        tensors.rows.append([tensor.name, tensor.type.rawValue, InspectedFile.text(of: tensor.shape)])
      }
      text += tensors.description
    case .arrays(let arrays):
      var table = TextTable(columns: [
        .init("array", alignment: .left), .init("type", alignment: .left), .init("shape", alignment: .left),
        .init("order", alignment: .left),
      ])
      for array in arrays {
        table.rows.append([
          array.name, array.type.rawValue, InspectedFile.text(of: array.shape),
          "\(array.isFortranOrder ? "Fortran" : "C")\(array.isBigEndian ? ", big-endian" : "")",
        ])
      }
      text += table.description
    case .idx(let array):
      let range = array.range()
      var table = TextTable(columns: [
        .init("type", alignment: .left), .init("shape", alignment: .left), .init("least"), .init("greatest"),
      ])
      table.rows.append(
        [array.type.rawValue, InspectedFile.text(of: array.shape)]
          + [range.least, range.greatest].map { $0.map { NumberText.general($0, 6) } ?? "–" })
      text += table.description
      if range.notFiniteCount > 0 {
        text += "\n\(NumberText.grouped(range.notFiniteCount)) of the numbers are not finite\n"
      }
    case .image(let image):
      var table = TextTable(columns: [
        .init("height"), .init("width"), .init("channels"), .init("color", alignment: .left), .init("bit depth"),
      ])
      let color = image.color == .palette ? "palette of \(image.colorCount)" : image.color.name
      table.rows.append([
        "\(image.height)", "\(image.width)", "\(image.channels)", color + (image.isInterlaced ? ", interlaced" : ""),
        "\(image.bitDepth)",
      ])
      text += table.description
    case .table(let data):
      var table = TextTable(columns: [
        .init("column", alignment: .left), .init("least"), .init("mean"), .init("greatest"),
        .init("standard deviation"),
      ])
      for summary in ColumnSummary.all(of: data) {
        let figures = [summary.least, summary.mean, summary.greatest, summary.standardDeviation]
        table.rows.append([summary.name] + figures.map { NumberText.general($0, 6) })
      }
      text += table.description
    }
    return text
  }

  private static func text(of shape: [Int]) -> String {
    shape.isEmpty ? "one number" : shape.map { "\($0)" }.joined(separator: " × ")
  }
}

extension InspectedFile {
  /// What the file holds, for a program.
  var json: JSONValue {
    var value: JSONValue = ["file": JSONValue(path), "format": JSONValue(format)]
    switch contents {
    case .tensors(let file, let model):
      value["checksummed"] = JSONValue(file.isChecksummed)
      value["kind"] = JSONValue(file.kind)
      value["metadata"] = .object(file.metadata.map { JSONMember($0.key, JSONValue($0.value)) })
      value["tensors"] = .array(
        file.tensors.map {
          ["name": JSONValue($0.name), "type": JSONValue($0.type.rawValue), "shape": JSONValue($0.shape)]
        })
      if let model = model?.model {
        value["columnNames"] = JSONValue(model.columnNames)
        if let mixture = model as? GaussianMixture {
          value["components"] = JSONValue(mixture.componentCount)
          value["covariance"] = JSONValue(mixture.covarianceModel.rawValue)
        }
        value["parameters"] = model.parametersJSON
      }
    case .arrays(let arrays):
      value["arrays"] = .array(
        arrays.map {
          [
            "name": JSONValue($0.name), "type": JSONValue($0.type.rawValue), "shape": JSONValue($0.shape),
            "fortranOrder": JSONValue($0.isFortranOrder), "bigEndian": JSONValue($0.isBigEndian),
          ]
        })
    case .idx(let array):
      let range = array.range()
      value["type"] = JSONValue(array.type.rawValue)
      value["shape"] = JSONValue(array.shape)
      value["least"] = JSONValue(range.least)
      value["greatest"] = JSONValue(range.greatest)
      value["notFinite"] = JSONValue(range.notFiniteCount)
      value["gzip"] = JSONValue(array.isPacked)
    case .image(let image):
      value["height"] = JSONValue(image.height)
      value["width"] = JSONValue(image.width)
      value["channels"] = JSONValue(image.channels)
      value["color"] = JSONValue(image.color.name)
      value["bitDepth"] = JSONValue(image.bitDepth)
      value["interlaced"] = JSONValue(image.isInterlaced)
    case .table(let table):
      value["rows"] = JSONValue(table.rows.rowCount)
      value["columns"] = .array(
        ColumnSummary.all(of: table).map {
          [
            "name": JSONValue($0.name), "least": JSONValue($0.least), "mean": JSONValue($0.mean),
            "greatest": JSONValue($0.greatest), "standardDeviation": JSONValue($0.standardDeviation),
          ]
        })
    }
    return value
  }
}
