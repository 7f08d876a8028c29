import Surprisal

/// The candidate that `text` most likely meant, or `nil` if none is near.
///
/// A unique candidate that begins with `text` wins, otherwise the one with the fewest edits; hyphens in front
/// count for nothing. A single letter says too little for a guess.
package func nearest(to text: String, among candidates: [String]) -> String? {
  let bare = text.drop { $0 == "-" }.lowercased()
  guard !bare.isEmpty, bare.utf8.count <= 64 else { return nil }
  let names = candidates.map { (full: $0, bare: $0.drop { $0 == "-" }.lowercased()) }
  let longer = names.filter { $0.bare.hasPrefix(bare) }
  if longer.count == 1, bare.utf8.count > 2 { return longer[0].full }
  guard bare.utf8.count > 1, let name = nearestName(to: bare, in: names.map(\.bare)) else { return nil }
  return names.first { $0.bare == name }?.full
}
