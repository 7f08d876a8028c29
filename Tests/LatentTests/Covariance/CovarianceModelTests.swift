import Testing

@testable import SurprisalLatent

@Suite struct CovarianceModelTests {
  @Test func namesAndAliases() {
    #expect(CovarianceModel.allCases.count == 14)
    for model in CovarianceModel.allCases {
      #expect(CovarianceModel(name: model.rawValue.lowercased()) == model)
      #expect(CovarianceModel(name: model.rawValue) == model)
    }
    #expect(CovarianceModel(name: "Full") == .vvv)
    #expect(CovarianceModel(name: "tied") == .eee)
    #expect(CovarianceModel(name: "diag") == .vvi)
    #expect(CovarianceModel(name: "SPHERICAL") == .vii)
    #expect(CovarianceModel(name: "VIV") == nil)
    #expect(CovarianceModel(name: "") == nil)
  }
}
