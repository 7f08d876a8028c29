/// The one of `names` that needs the fewest edits to become `name`, if these are few; for "did you mean".
///
/// An edit inserts, deletes or replaces one character or swaps two neighbors. Up to a third of the
/// characters, at least one, may differ; case counts half.
package func nearestName(to name: String, in names: some Sequence<String>) -> String? {
  let wanted = Array(name)
  var best: (name: String, distance: Double)?
  for candidate in names {
    let characters = Array(candidate)
    let limit = max(1, Double(max(wanted.count, characters.count)) / 3)
    guard Double(abs(wanted.count - characters.count)) <= limit else { continue }
    let distance = editDistance(wanted, characters)
    // A name of which nothing is left is no suggestion.
    guard distance < Double(max(wanted.count, characters.count)) else { continue }
    if distance <= limit, distance < best?.distance ?? .infinity { best = (candidate, distance) }
  }
  return best?.name
}

private func editDistance(_ first: [Character], _ second: [Character]) -> Double {
  var beforePrevious: [Double] = []
  var previous = (0...second.count).map(Double.init)
  for (i, a) in first.enumerated() {
    var current = [Double(i + 1)]
    for (j, b) in second.enumerated() {
      let replacement = a == b ? 0 : a.lowercased() == b.lowercased() ? 0.5 : 1
      var distance = min(previous[j] + replacement, previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a == second[j - 1], first[i - 1] == b {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      current.append(distance)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[second.count]
}
