/// Gauss's rule of 10 nodes on −1 … 1 within Kronrod's of 21, which share nodes (Piessens, de Doncker-Kapenga, Überhuber
/// and Kahaner 1983, QUADPACK).
///
/// The first is exact for polynomials up to degree 19, the second up to 31.
enum GaussKronrod {
  /// The 21 nodes in ascending order.
  static let nodes: [Double] = mirrored(positiveNodes, sign: -1)
  /// Kronrod's weights.
  static let kronrodWeights: [Double] = mirrored(positiveKronrodWeights, sign: 1)
  /// Gauss's weights, 0 at the nodes that are Kronrod's alone.
  static let gaussWeights: [Double] = mirrored(positiveGaussWeights, sign: 1)

  /// From the greatest node down to 0.
  private static let positiveNodes = [
    0.995_657_163_025_808_1, 0.973_906_528_517_171_7, 0.930_157_491_355_708_2, 0.865_063_366_688_984_5,
    0.780_817_726_586_416_9, 0.679_409_568_299_024_4, 0.562_757_134_668_604_7, 0.433_395_394_129_247_2,
    0.294_392_862_701_460_2, 0.148_874_338_981_631_22, 0,
  ]
  private static let positiveKronrodWeights = [
    0.011_694_638_867_371_874, 0.032_558_162_307_964_725, 0.054_755_896_574_351_995, 0.075_039_674_810_919_96,
    0.093_125_454_583_697_6, 0.109_387_158_802_297_64, 0.123_491_976_262_065_84, 0.134_709_217_311_473_34,
    0.142_775_938_577_060_09, 0.147_739_104_901_338_49, 0.149_445_554_002_916_9,
  ]
  private static let positiveGaussWeights = [
    0, 0.066_671_344_308_688_14, 0, 0.149_451_349_150_580_6, 0, 0.219_086_362_515_982_04, 0,
    0.269_266_719_309_996_35, 0, 0.295_524_224_714_752_87, 0,
  ]

  private static func mirrored(_ values: [Double], sign: Double) -> [Double] {
    values.map { sign * $0 } + values.dropLast().reversed()
  }
}
