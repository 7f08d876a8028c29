import CSurprisalKernels
import SurprisalCore

/// The features of packed rows: every code of a group of discrete columns that occurs and departs from the columns'
/// common levels, with the slots (column, level) in which it departs; and which rows have which.
struct FeatureTable: Sendable {
  /// The number of features.
  let count: Int
  /// How many features the rows have in all.
  let entryCount: Int
  /// [rows + 1] and the features of each row, in two bytes each where their numbers fit.
  private let rowStarts: Cells<UInt64>
  private let rowFeatures: Cells<UInt32>?
  private let narrowFeatures: Cells<UInt16>?
  private let slotStarts: Cells<UInt32>
  private let slots: Cells<UInt32>
  private let lists: Lists?

  /// Rows by feature, chunk by chunk.
  private struct Lists {
    let starts: Cells<UInt64>
    let feature: Cells<UInt32>
    let ends: Cells<UInt64>
    let rows: Cells<UInt16>
  }

  init(_ table: EncodedTable, columns: ProductColumns, reference: ProductReference, hasLists: Bool) {
    let (groups, rowCount) = (table.groups, table.rowCount)
    let (numbers, codeStarts, slotLists) = FeatureTable.numbered(table, reference)
    count = slotLists.count
    slots = Cells(slotLists.flatMap { $0 }, or: 0)
    slotStarts = Cells(slotLists.reduce(into: [UInt32(0)]) { $0.append($0[$0.count - 1] + UInt32($1.count)) }, or: 0)
    rowStarts = Cells(repeating: 0, count: rowCount + 1)
    var total: UInt64 = 0
    for row in 0..<rowCount {
      let codes = table.codes.base + row * groups.count
      for group in groups.indices where numbers[codeStarts[group] + Int(codes[group])] != .max { total += 1 }
      rowStarts.base[row + 1] = total
    }
    entryCount = Int(total)
    let features = Cells<UInt32>(repeating: 0, count: entryCount)
    var position = 0
    for row in 0..<rowCount {
      let codes = table.codes.base + row * groups.count
      for group in groups.indices {
        let number = numbers[codeStarts[group] + Int(codes[group])]
        guard number != .max else { continue }
        features.base[position] = number
        position += 1
      }
    }
    lists = hasLists ? FeatureTable.lists(rowStarts, features, rowCount: rowCount, featureCount: count) : nil
    if count <= Int(UInt16.max) {
      let narrow = Cells<UInt16>(repeating: 0, count: entryCount)
      for index in 0..<entryCount { narrow.base[index] = UInt16(features.base[index]) }
      (narrowFeatures, rowFeatures) = (narrow, nil)
    } else {
      (narrowFeatures, rowFeatures) = (nil, features)
    }
  }

  /// The number of every code's feature (`.max` for codes that have none), where each group's codes begin, and the
  /// slots of every feature.
  private static func numbered(
    _ table: EncodedTable, _ reference: ProductReference
  ) -> (numbers: [UInt32], codeStarts: [Int], slots: [[UInt32]]) {
    let groups = table.groups
    let codeStarts = groups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.size) }
    var occurs = [Bool](repeating: false, count: codeStarts[groups.count])
    for row in 0..<table.rowCount {
      let codes = table.codes.base + row * groups.count
      for group in groups.indices { occurs[codeStarts[group] + Int(codes[group])] = true }
    }
    var numbers = [UInt32](repeating: .max, count: occurs.count)
    var slots: [[UInt32]] = []
    for (number, group) in groups.enumerated() {
      for code in 0..<group.size where occurs[codeStarts[number] + code] {
        var own: [UInt32] = []
        for (index, place) in group.columns.enumerated() {
          let level = group.level(index, in: code)
          if level != reference.levels[place.column] { own.append(UInt32(reference.slot(place.column, level))) }
        }
        guard !own.isEmpty else { continue }
        numbers[codeStarts[number] + code] = UInt32(slots.count)
        slots.append(own)
      }
    }
    return (numbers, codeStarts, slots)
  }

  private static func lists(
    _ starts: Cells<UInt64>, _ features: Cells<UInt32>, rowCount: Int, featureCount: Int
  ) -> Lists {
    let size = ExpectationPass.chunkRows
    let chunks = (rowCount + size - 1) / size
    let rows = Cells<UInt16>(repeating: 0, count: features.count)
    let listStarts = Cells<UInt64>(repeating: 0, count: chunks + 1)
    var feature: [UInt32] = []
    var ends: [UInt64] = []
    var positions = [Int](repeating: 0, count: featureCount)
    for chunk in 0..<chunks {
      let range = chunk * size..<min(rowCount, (chunk + 1) * size)
      let first = Int(starts.base[range.lowerBound])
      for index in positions.indices { positions[index] = 0 }
      for index in first..<Int(starts.base[range.upperBound]) { positions[Int(features.base[index])] += 1 }
      var position = first
      for number in 0..<featureCount where positions[number] > 0 {
        let next = position + positions[number]
        feature.append(UInt32(number))
        ends.append(UInt64(next))
        positions[number] = position
        position = next
      }
      for row in range {
        for index in Int(starts.base[row])..<Int(starts.base[row + 1]) {
          let number = Int(features.base[index])
          rows.base[positions[number]] = UInt16(row - range.lowerBound)
          positions[number] += 1
        }
      }
      listStarts.base[chunk + 1] = UInt64(feature.count)
    }
    return Lists(starts: listStarts, feature: Cells(feature, or: 0), ends: Cells(ends, or: 0), rows: rows)
  }

  /// Writes the addresses into a plan.
  func fill(_ plan: inout surprisal_product_mixture) {
    plan.featureCount = count
    plan.featureStarts = UnsafePointer(rowStarts.base)
    plan.features = rowFeatures.map { UnsafePointer($0.base) }
    plan.narrowFeatures = narrowFeatures.map { UnsafePointer($0.base) }
    plan.slotStarts = UnsafePointer(slotStarts.base)
    plan.slots = UnsafePointer(slots.base)
    guard let lists else { return }
    plan.listStarts = UnsafePointer(lists.starts.base)
    plan.listFeature = UnsafePointer(lists.feature.base)
    plan.listEnds = UnsafePointer(lists.ends.base)
    plan.listRows = UnsafePointer(lists.rows.base)
  }
}
